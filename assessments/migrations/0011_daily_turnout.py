import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0010_quality_and_drivers'),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='turnout_day',
            field=models.DateField(editable=False, null=True, verbose_name='day of the last count of how many have answered'),
        ),
        migrations.CreateModel(
            name='Turnout',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('answered', models.PositiveIntegerField()),
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='turnout', to='assessments.cycleteam')),
            ],
        ),
    ]
