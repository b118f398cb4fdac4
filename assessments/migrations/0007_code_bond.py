from django.db import migrations, models


def refuse_while_a_cycle_runs(apps, schema_editor):
    """Its codes have no bond and its keys another fingerprint: it could neither be answered nor closed."""
    if apps.get_model('assessments', 'Cycle').objects.filter(state__in=['open', 'closing']).exists():
        raise RuntimeError('A cycle is open. Close it with the version that opened it, then upgrade.')


class Migration(migrations.Migration):

    dependencies = [
        ('assessments', '0006_cycle_trustee'),
    ]

    operations = [
        migrations.RunPython(refuse_while_a_cycle_runs, migrations.RunPython.noop),
        migrations.AddField(
            model_name='code',
            name='bond',
            field=models.CharField(default='', max_length=64),
            preserve_default=False,
        ),
    ]
