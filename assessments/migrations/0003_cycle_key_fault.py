from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0002_cycle_can_be_abandoned'),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='key_fault',
            field=models.CharField(blank=True, choices=[('missing', 'a key file is missing or cannot be read'), ('foreign', 'a key file is damaged or not the one that the cycle was opened with'), ('exposed', 'a key file can be read by other accounts of the server'), ('left', 'the cycle is over and its keys are not yet destroyed')], default='', max_length=10),
        ),
    ]
