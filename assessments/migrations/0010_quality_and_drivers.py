import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0009_changes_and_trends'),
    ]

    operations = [
        migrations.CreateModel(
            name='DriverModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withheld', models.CharField(blank=True, max_length=50)),
                ('r2', models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ('persons', models.PositiveIntegerField(null=True)),
                ('teams', models.PositiveIntegerField(null=True)),
                ('cycle', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='driver_model', to='assessments.cycle')),
            ],
        ),
        migrations.CreateModel(
            name='Driver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('share', models.PositiveSmallIntegerField(verbose_name='per cent')),
                ('rank', models.PositiveSmallIntegerField()),
                ('best', models.PositiveSmallIntegerField()),
                ('worst', models.PositiveSmallIntegerField()),
                ('sure', models.BooleanField()),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drivers', to='assessments.drivermodel')),
            ],
            options={
                'ordering': ['rank'],
                'constraints': [models.UniqueConstraint(fields=('model', 'code'), name='driver_once')],
            },
        ),
        migrations.CreateModel(
            name='Quality',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=60)),
                ('persons', models.PositiveIntegerField()),
                ('teams', models.PositiveIntegerField()),
                ('alpha', models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ('alpha_low', models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ('alpha_high', models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ('icc1', models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ('icc2', models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ('rwg', models.DecimalField(decimal_places=2, max_digits=3, null=True)),
                ('no_bands', models.CharField(blank=True, max_length=40, verbose_name='why teams are not compared')),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='qualities', to='assessments.cycle')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'code'), name='quality_once')],
            },
        ),
    ]
