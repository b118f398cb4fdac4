"""Tell PostgreSQL's planner what closing has just written, and what is no longer there."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model

from assessments.models import (
    Act,
    Action,
    ActionNote,
    Answer,
    CycleTeam,
    Figure,
    FigureChange,
    Item,
    Median,
    Participation,
    Person,
    Practice,
    ReleasedAction,
    RosterColumn,
    RosterUpload,
    SelfAssessment,
    Trend,
    User,
    WidestGap,
)

# What pages read. No table of a running poll: a planner's statistics keep samples of what they were made from.
READ = (Figure, FigureChange, Trend, Median, Participation, CycleTeam, SelfAssessment, Answer, Item, Practice, WidestGap)
NAMING = (Person, User, Act, Action, ActionNote, ReleasedAction, Answer, RosterColumn, RosterUpload)


def refresh_planner() -> None:
    """Until autovacuum comes by, the planner takes thousands of new figures for none and reads them in the slowest way there is:
    a team page of the demo then took minutes. SQLite needs no telling."""
    _sample(READ)


def forget_samples() -> None:
    """Names of people who were erased: the samples would keep them until a tenth of the rows has changed, perhaps for ever."""
    _sample(NAMING)


def _sample(models: Iterable[type[Model]]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")
