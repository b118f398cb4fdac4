"""Tell PostgreSQL's planner what closing has just written."""

from django.db import connection

from assessments.models import (
    Answer,
    CycleTeam,
    Figure,
    FigureChange,
    Item,
    Median,
    Participation,
    Practice,
    SelfAssessment,
    Trend,
    WidestGap,
)

# What pages read. No table of a running poll: a planner's statistics keep samples of what they were made from.
READ = (Figure, FigureChange, Trend, Median, Participation, CycleTeam, SelfAssessment, Answer, Item, Practice, WidestGap)


def refresh_planner() -> None:
    """Until autovacuum comes by, the planner takes thousands of new figures for none and reads them in the slowest way there is:
    a team page of the demo then took minutes. SQLite needs no telling."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in READ)}")
