from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0005_act'),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='trustee',
            field=models.BooleanField(default=False, verbose_name='private key kept by a trustee, away from this server'),
        ),
    ]
