import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0018_widest_gaps'),
    ]

    operations = [
        migrations.AlterField(
            model_name='act',
            name='what',
            field=models.CharField(choices=[('close', 'asked for the close'), ('early', 'asked for the close before the last day'), ('abandon', 'abandoned the cycle'), ('hide', 'destroyed a text that names a person'), ('release', 'released the texts to managers'), ('reports', 'had all reports made'), ('mails', 'sent the reports to the managers'), ('stop', 'stopped the work on the reports'), ('delete', 'deleted the files of the reports')], max_length=10),
        ),
        migrations.CreateModel(
            name='ReportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('paper', models.CharField(choices=[('a4', 'A4 (most of the world)'), ('letter', 'US Letter')], default='a4', max_length=10)),
                ('without', models.CharField(blank=True, max_length=200, verbose_name='sections left out, by name')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('work', models.CharField(choices=[('make', 'making the files'), ('mail', 'sending the mails')], default='make', max_length=10)),
                ('job', models.UUIDField(editable=False, null=True)),
                ('beat', models.DateTimeField(editable=False, null=True, verbose_name='last sign of life of the worker')),
                ('seconds', models.FloatField(default=0, verbose_name='worked on the files so far')),
                ('problem', models.CharField(blank=True, max_length=500)),
                ('cycle', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='report_batch', to='assessments.cycle')),
            ],
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('made_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='assessments.reportbatch')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.cycleteam')),
            ],
            options={
                'ordering': ['unit__position'],
                'constraints': [models.UniqueConstraint(fields=('batch', 'unit'), name='report_file_once'), models.UniqueConstraint(fields=('batch', 'name'), name='report_file_name_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('begun', 'begun'), ('sent', 'sent'), ('failed', 'failed')], default='begun', max_length=10)),
                ('at', models.DateTimeField(auto_now=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='assessments.reportbatch')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'person'), name='report_mail_once')],
            },
        ),
    ]
