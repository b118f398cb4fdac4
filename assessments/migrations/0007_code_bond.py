from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0006_cycle_trustee'),
    ]

    operations = [
        migrations.AddField(
            model_name='code',
            name='bond',
            field=models.CharField(default='', max_length=64),
            preserve_default=False,
        ),
    ]
