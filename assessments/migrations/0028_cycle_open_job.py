from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0027_token_acts"),
    ]

    operations = [
        migrations.AddField(
            model_name="cycle",
            name="open_job",
            field=models.UUIDField(editable=False, null=True, verbose_name="the queue's key of the opening asked for last"),
        ),
    ]
