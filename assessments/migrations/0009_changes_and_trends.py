import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0008_figure_details'),
    ]

    operations = [
        migrations.CreateModel(
            name='FigureChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('direction', models.CharField(choices=[('up', 'up'), ('down', 'down'), ('none', 'no clear change')], max_length=10)),
                ('points', models.DecimalField(decimal_places=1, max_digits=2, null=True)),
                ('low', models.DecimalField(decimal_places=1, max_digits=2, null=True)),
                ('high', models.DecimalField(decimal_places=1, max_digits=2, null=True)),
                ('n_before', models.PositiveIntegerField()),
                ('visible', models.DecimalField(decimal_places=1, max_digits=2, null=True)),
                ('figure', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='change', to='assessments.figure')),
                ('since', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.cycle')),
            ],
        ),
        migrations.CreateModel(
            name='Trend',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('cycles', models.PositiveSmallIntegerField()),
                ('slope', models.DecimalField(decimal_places=2, max_digits=3)),
                ('low', models.DecimalField(decimal_places=2, max_digits=3)),
                ('high', models.DecimalField(decimal_places=2, max_digits=3)),
                ('figure', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='trend', to='assessments.figure')),
            ],
        ),
    ]
