from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0013_act_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="figure",
            name="strongly_agree",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="strongly agree"),
        ),
        migrations.AddField(
            model_name="figure",
            name="strongly_disagree",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="strongly disagree"),
        ),
    ]
