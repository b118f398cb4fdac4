import assessments.models.clock
import assessments.models.releases
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0019_report_batches'),
    ]

    operations = [
        migrations.AlterField(
            model_name='act',
            name='what',
            field=models.CharField(choices=[('close', 'asked for the close'), ('early', 'asked for the close before the last day'), ('abandon', 'abandoned the cycle'), ('hide', 'destroyed a text that names a person'), ('release', 'released the texts to managers'), ('tell', 'released what a team said and what is done about it'), ('withdraw', 'withdrew what was released to a team'), ('renew', 'gave what was released to a team a new address'), ('reports', 'had all reports made'), ('mails', 'sent the reports to the managers'), ('stop', 'stopped the work on the reports'), ('delete', 'deleted the files of the reports')], max_length=10),
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='a word to the team')),
                ('overall', models.BooleanField(default=False, verbose_name='says how things stand overall')),
                ('released', models.DateField(default=assessments.models.clock.today, verbose_name='day of the release')),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='release', to='assessments.cycleteam')),
            ],
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=assessments.models.releases.draw_token, editable=False, max_length=43, unique=True)),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='address', to='assessments.release')),
            ],
            options={
                'verbose_name_plural': 'addresses',
            },
        ),
        migrations.CreateModel(
            name='ReleasedAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named', models.CharField(blank=True, max_length=200)),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.action')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actions', to='assessments.release')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('release', 'action'), name='released_action_once')],
            },
        ),
        migrations.CreateModel(
            name='ReleasedPractice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('strength', 'what goes well'), ('room', 'where there is room'), ('focus', 'what we chose to work on')], max_length=10)),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.practice')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='practices', to='assessments.release')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('release', 'practice'), name='released_practice_once')],
            },
        ),
    ]
