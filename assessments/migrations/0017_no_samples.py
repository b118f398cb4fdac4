from django.db import migrations

# PostgreSQL's planner keeps samples of what columns hold, and keeps them when the rows are gone.
COLUMNS = (
    ("assessments_text", "text"),
    ("assessments_box", "sealed"),
    ("assessments_code", "digest"),
    ("assessments_code", "bond"),
)


def take_no_samples(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, column in COLUMNS:
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def take_samples(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, column in COLUMNS:
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1")


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0016_plans"),
    ]

    operations = [
        migrations.RunPython(take_no_samples, take_samples),
    ]
