from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0007_code_bond'),
    ]

    operations = [
        migrations.AddField(
            model_name='figure',
            name='agreement',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='figure',
            name='band',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='figure',
            name='middle',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='neither agree nor disagree'),
        ),
        migrations.AddField(
            model_name='figure',
            name='share',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='agree'),
        ),
        migrations.AddField(
            model_name='figure',
            name='share_high',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='figure',
            name='share_low',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='figure',
            name='share_op',
            field=models.CharField(choices=[('=', '='), ('<=', 'or less'), ('>=', 'or more')], default='=', max_length=2),
        ),
        migrations.AddField(
            model_name='figure',
            name='spread',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=3),
        ),
    ]
