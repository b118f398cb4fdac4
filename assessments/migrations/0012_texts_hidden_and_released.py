from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0011_daily_turnout'),
    ]

    operations = [
        migrations.AddField(
            model_name='cycle',
            name='texts_released',
            field=models.BooleanField(default=False, verbose_name='texts released to managers'),
        ),
        migrations.AddField(
            model_name='text',
            name='hidden',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='text',
            constraint=models.CheckConstraint(condition=models.Q(('hidden', False), ('text', ''), _connector='OR'), name='text_hidden_is_empty'),
        ),
    ]
