import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0025_teams_and_people")]

    operations = [
        migrations.AlterField(
            model_name="cyclemember",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="cycle_memberships",
                to="assessments.person",
            ),
        ),
    ]
