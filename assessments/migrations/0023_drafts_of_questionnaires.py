from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0022_settings_and_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='questionnaire',
            name='own',
            field=models.BooleanField(default=False, verbose_name='made by HR, not shipped'),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='published',
            field=models.BooleanField(default=True, verbose_name='no draft: frozen, and a cycle may ask it'),
        ),
        migrations.AlterField(
            model_name='act',
            name='what',
            field=models.CharField(choices=[('close', 'asked for the close'), ('early', 'asked for the close before the last day'), ('abandon', 'abandoned the cycle'), ('hide', 'destroyed a text that names a person'), ('release', 'released the texts to managers'), ('roster', 'imported a roster'), ('erase', 'erased a person'), ('tell', 'released what a team said and what is done about it'), ('withdraw', 'withdrew what was released to a team'), ('renew', 'gave what was released to a team a new address'), ('reports', 'had all reports made'), ('mails', 'sent the reports to the managers'), ('stop', 'stopped the work on the reports'), ('delete', 'deleted the files of the reports'), ('settings', 'changed the settings'), ('remind', 'asked for a reminder'), ('draft', 'made a draft of a questionnaire'), ('undraft', 'deleted a draft of a questionnaire'), ('publish', 'published a questionnaire'), ('practice', 'wrote a practice of our own')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='questionnaire',
            constraint=models.UniqueConstraint(condition=models.Q(('published', False)), fields=('code',), name='questionnaire_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='questionnaire',
            constraint=models.CheckConstraint(condition=models.Q(('published', True), ('used', False), _connector='OR'), name='questionnaire_draft_unused'),
        ),
    ]
