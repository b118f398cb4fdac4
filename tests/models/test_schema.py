"""What the tables around a ballot cannot tell, because there is no column for it."""

import ast
from pathlib import Path

import pytest
from django.db import models

from assessments.models import Box, Code, CycleMember, Figure, FigureChange, Invitation, Participation, Text, Trend, WidestGap

COLUMNS = {
    Box: {"id", "cycle_id", "sealed"},
    Invitation: {"id", "cycle_id", "team_id", "person_id", "answered", "reminded"},
    Code: {"digest", "invitation_id", "bond"},
    Figure: {
        *("id", "team_id", "kind", "code", "n", "mean", "op", "low", "high", "spread"),
        *("share", "share_op", "share_low", "share_high", "middle", "strongly_disagree", "strongly_agree", "agreement", "band"),
    },
    FigureChange: {"id", "figure_id", "since_id", "direction", "points", "low", "high", "n_before", "visible"},
    Trend: {"id", "figure_id", "cycles", "slope", "low", "high"},
    WidestGap: {"id", "cycle_id", "figure_id", "manager", "size"},
    Participation: {"id", "team_id", "answered", "invited"},
    Text: {"id", "team_id", "question", "text", "hidden"},
    CycleMember: {"id", "team_id", "person_id"},
}
TELLS_ORDER = (models.DateField, models.TimeField, models.DurationField, models.AutoField, models.BigAutoField)
MODELS = Path(__file__).parent.parent.parent / "assessments" / "models"
EACH = pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__name__)


@EACH
def test_it_has_exactly_these_columns(model: type[models.Model]) -> None:
    assert {field.column for field in model._meta.concrete_fields} == COLUMNS[model]
    assert not model._meta.many_to_many


@EACH
def test_no_column_tells_time_or_order(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        assert not isinstance(field, TELLS_ORDER), field
        assert not getattr(field, "auto_now", False)
        assert not getattr(field, "auto_now_add", False)


@EACH
def test_its_key_is_random_or_a_keyed_hash(model: type[models.Model]) -> None:
    key = model._meta.pk
    if model is Code:
        assert key.column == "digest"
    else:
        assert isinstance(key, models.UUIDField)
        assert key.default.__name__ == "uuid4"


@EACH
def test_the_database_has_no_other_columns_sequences_or_triggers(model: type[models.Model], db: None) -> None:
    from django.db import connection  # noqa: PLC0415 - the table as it is, not as the model says

    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
        assert {column.name for column in columns} == COLUMNS[model]
        assert not connection.introspection.get_sequences(cursor, model._meta.db_table) or connection.vendor == "sqlite"
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [model._meta.db_table]
            )
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [model._meta.db_table])
        assert cursor.fetchone()[0] == 0


def test_a_box_leads_to_its_cycle_and_nowhere_else() -> None:
    relations = [field for field in Box._meta.get_fields() if field.is_relation]
    assert [field.name for field in relations] == ["cycle"]


def test_a_stored_figure_or_text_leads_to_a_unit_and_to_no_person() -> None:
    for model in (Figure, Participation, Text):
        assert [field.name for field in model._meta.concrete_fields if field.is_relation] == ["team"]
    assert [field.name for field in FigureChange._meta.concrete_fields if field.is_relation] == ["figure", "since"]
    assert [field.name for field in WidestGap._meta.concrete_fields if field.is_relation] == ["cycle", "figure"]
    assert [field.name for field in Trend._meta.concrete_fields if field.is_relation] == ["figure"]


def imported(module: str) -> set[str]:
    tree = ast.parse((MODELS / f"{module}.py").read_text(encoding="utf-8"))
    return {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }


def test_ballots_and_invitations_do_not_know_each_other() -> None:
    assert not {name for name in imported("ballots") if "invitations" in name or "Person" in name}
    assert not {name for name in imported("invitations") if "ballots" in name}
    assert imported("ballots") == {"django.db", "assessments.models.cycles", "assessments.models.fields"}
