import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0004_cycle_close_job'),
    ]

    operations = [
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('who', models.CharField(max_length=200)),
                ('what', models.CharField(choices=[('close', 'asked for the close'), ('early', 'asked for the close before the last day'), ('abandon', 'abandoned the cycle')], max_length=10)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='assessments.cycle')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
    ]
