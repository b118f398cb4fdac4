from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0003_cycle_key_fault'),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='close_job',
            field=models.UUIDField(editable=False, null=True, verbose_name="the queue's key of the close asked for last"),
        ),
    ]
