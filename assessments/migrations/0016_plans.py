import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0015_api_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.CharField(max_length=500, verbose_name="what is done")),
                ("owner_name", models.CharField(max_length=200, verbose_name="who sees to it")),
                ("due", models.DateField(verbose_name="until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unstarted", "not started"),
                            ("doing", "in progress"),
                            ("hold", "on hold"),
                            ("done", "done"),
                            ("dropped", "dropped"),
                        ],
                        default="unstarted",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="why it was dropped")),
                ("made", models.DateTimeField(editable=False)),
                ("finished", models.DateField(editable=False, null=True, verbose_name="day on which it was done or dropped")),
                ("reminded", models.DateField(editable=False, null=True, verbose_name="day of the last reminder")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="actions", to="assessments.person"
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.practice"),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="actions", to="assessments.cycleteam"
                    ),
                ),
            ],
            options={
                "ordering": ["due", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ActionNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                (
                    "state_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unstarted", "not started"),
                            ("doing", "in progress"),
                            ("hold", "on hold"),
                            ("done", "done"),
                            ("dropped", "dropped"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unstarted", "not started"),
                            ("doing", "in progress"),
                            ("hold", "on hold"),
                            ("done", "done"),
                            ("dropped", "dropped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("owner_to", models.CharField(blank=True, max_length=200)),
                ("due_from", models.DateField(null=True)),
                ("due_to", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "action",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="assessments.action"),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Focus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "practice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.practice"),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="focuses", to="assessments.cycleteam"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="action_has_words"),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(condition=models.Q(("owner_name", ""), _negated=True), name="action_has_an_owner"),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "dropped"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="action_dropped_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished__isnull", False), ("state__in", ["done", "dropped"])),
                    models.Q(("finished__isnull", True), ("state__in", ["unstarted", "doing", "hold"])),
                    _connector="OR",
                ),
                name="action_over_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="focus",
            constraint=models.UniqueConstraint(fields=("unit", "practice"), name="focus_once"),
        ),
    ]
