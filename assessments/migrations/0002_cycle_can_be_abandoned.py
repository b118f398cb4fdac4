from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='cycle',
            name='state',
            field=models.CharField(choices=[('planned', 'planned'), ('open', 'open'), ('closing', 'being closed'), ('closed', 'closed'), ('abandoned', 'abandoned')], default='planned', max_length=10),
        ),
    ]
