import uuid
from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models

from assessments.analysis.perception import leader_scores
from assessments.analysis.values import Interval, Mean, Shown
from assessments.analysis.widest import widest_gap


def fill(apps, schema_editor):
    """Cycles closed before get what closing stores from now on."""
    for cycle in apps.get_model("assessments", "Cycle").objects.filter(state="closed"):
        fill_cycle(apps, cycle)


def fill_cycle(apps, cycle):
    item, answer, figure, gap = (apps.get_model("assessments", name) for name in ("Item", "Answer", "Figure", "WidestGap"))
    items = item.objects.filter(questionnaire=cycle.questionnaire_id).order_by("position")
    dimension_of = dict(items.values_list("practice__code", "practice__dimension__code"))
    ratings = defaultdict(dict)
    submitted = answer.objects.filter(assessment__team__cycle=cycle, assessment__submitted_at__isnull=False, value__isnull=False)
    for unit, practice, value in submitted.values_list("assessment__team", "item__practice__code", "value"):
        ratings[unit][practice] = value
    figures = defaultdict(dict)
    for row in figure.objects.filter(team__cycle=cycle, team__in=ratings, kind="dimension"):
        figures[row.team_id][row.code] = row
    found = []
    for unit, rows in figures.items():
        managers, _overall = leader_scores(ratings[unit], dimension_of)
        order = [code for code in dict.fromkeys(dimension_of.values()) if code in rows]
        if code := widest_gap({code: shown(rows[code]) for code in order}, managers):
            size = abs(managers[code] - rows[code].mean)
            found.append(gap(cycle=cycle, figure=rows[code], manager=managers[code], size=size))
    gap.objects.bulk_create(found, batch_size=1000)


def shown(row):
    return Shown(Mean(row.mean, row.op), row.n, row.n, None if row.low is None else Interval(row.low, row.high))


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0017_no_samples"),
    ]

    operations = [
        migrations.CreateModel(
            name="WidestGap",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("manager", models.DecimalField(decimal_places=1, max_digits=2)),
                ("size", models.DecimalField(decimal_places=1, max_digits=2)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="widest_gaps", to="assessments.cycle"
                    ),
                ),
                (
                    "figure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="widest_gap", to="assessments.figure"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["cycle", "-size"], name="widest_gaps_first")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
