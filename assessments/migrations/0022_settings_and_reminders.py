import assessments.models.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0021_roster_uploads'),
    ]

    operations = [
        migrations.CreateModel(
            name='ManagerReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('to', models.CharField(choices=[('unanswered', 'only those who have not answered'), ('everybody', 'everybody who was invited by mail')], max_length=10)),
                ('begun', models.DateTimeField()),
                ('mailed', models.DateTimeField()),
                ('finished', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['cycle', 'number'],
            },
        ),
        migrations.AddField(
            model_name='cycle',
            name='invited_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='when invitations were mailed last'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='reminded',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='organisation',
            name='k',
            field=models.PositiveSmallIntegerField(default=assessments.models.fields.minimum_group, verbose_name='smallest group shown in coming cycles'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='keep_years',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='years after which names in old cycles are deleted'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='language',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='organisation',
            name='languages',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='organisation',
            name='logo',
            field=models.BinaryField(blank=True, default=b''),
        ),
        migrations.AddField(
            model_name='organisation',
            name='logo_digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='organisation',
            name='mail_address',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name='organisation',
            name='mail_name',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='organisation',
            name='remind',
            field=models.CharField(choices=[('unanswered', 'only those who have not answered'), ('everybody', 'everybody who was invited by mail')], default='unanswered', max_length=10),
        ),
        migrations.AddField(
            model_name='organisation',
            name='remind_after',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='days before the first reminder and between two'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='reminders',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='reminders in a cycle'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='target',
            field=models.PositiveSmallIntegerField(default=assessments.models.fields.participation_target, verbose_name='part of the invited that should answer, in percent'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='zone',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='act',
            name='what',
            field=models.CharField(choices=[('close', 'asked for the close'), ('early', 'asked for the close before the last day'), ('abandon', 'abandoned the cycle'), ('hide', 'destroyed a text that names a person'), ('release', 'released the texts to managers'), ('roster', 'imported a roster'), ('erase', 'erased a person'), ('tell', 'released what a team said and what is done about it'), ('withdraw', 'withdrew what was released to a team'), ('renew', 'gave what was released to a team a new address'), ('reports', 'had all reports made'), ('mails', 'sent the reports to the managers'), ('stop', 'stopped the work on the reports'), ('delete', 'deleted the files of the reports'), ('settings', 'changed the settings'), ('remind', 'asked for a reminder')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('k__gte', 4)), name='organisation_k_at_least_4'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('target__range', (1, 100))), name='organisation_target_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('reminders__lte', 2)), name='organisation_two_reminders_at_most'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('remind_after__gte', 1)), name='organisation_reminds_after_a_day'),
        ),
        migrations.AddField(
            model_name='managerreminder',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.person'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='cycle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='assessments.cycle'),
        ),
        migrations.AddField(
            model_name='managerreminder',
            name='reminder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='managers', to='assessments.reminder'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('cycle', 'number'), name='reminder_once'),
        ),
        migrations.AddConstraint(
            model_name='managerreminder',
            constraint=models.UniqueConstraint(fields=('reminder', 'person'), name='manager_reminded_once'),
        ),
    ]
