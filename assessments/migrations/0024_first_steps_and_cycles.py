import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0023_drafts_of_questionnaires'),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='invite_job',
            field=models.UUIDField(editable=False, null=True, verbose_name="the queue's key of the invitations asked for last"),
        ),
        migrations.AlterField(
            model_name='act',
            name='what',
            field=models.CharField(choices=[('close', 'asked for the close'), ('early', 'asked for the close before the last day'), ('abandon', 'abandoned the cycle'), ('hide', 'destroyed a text that names a person'), ('release', 'released the texts to managers'), ('roster', 'imported a roster'), ('erase', 'erased a person'), ('tell', 'released what a team said and what is done about it'), ('withdraw', 'withdrew what was released to a team'), ('renew', 'gave what was released to a team a new address'), ('reports', 'had all reports made'), ('mails', 'sent the reports to the managers'), ('stop', 'stopped the work on the reports'), ('delete', 'deleted the files of the reports'), ('settings', 'changed the settings'), ('remind', 'asked for a reminder'), ('first', 'made the first account'), ('content', 'loaded the practices that csculture comes with'), ('plan', 'planned a cycle'), ('unplan', 'deleted a planned cycle'), ('open', 'opened the cycle'), ('invite', 'had invitations sent'), ('draft', 'made a draft of a questionnaire'), ('undraft', 'deleted a draft of a questionnaire'), ('publish', 'published a questionnaire'), ('practice', 'wrote a practice of our own')], max_length=10),
        ),
        migrations.CreateModel(
            name='FirstLink',
            fields=[
                ('only', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('only', 1)), name='first_link_only_one')],
            },
        ),
    ]
