"""Which rows there are: models and their QuerySets, small modules, low-level first.

May import Django and `analysis.values`. `ballots` and `invitations` never import each other: no way leads from one to the other.
Never in here: mail, scoring, what a page shows. Code outside imports from the modules by name.
"""

from assessments.models.audit import Act
from assessments.models.ballots import Box
from assessments.models.batches import ReportBatch, ReportFile, ReportMail
from assessments.models.catalogue import Article, Dimension, Practice
from assessments.models.cycles import Cycle, CycleMember, CycleTeam, Turnout
from assessments.models.figures import Figure, FigureChange, Median, Participation, Text, Trend, WidestGap
from assessments.models.first_link import FirstLink
from assessments.models.invitations import Code, Invitation
from assessments.models.methods import Driver, DriverModel, Quality
from assessments.models.organisation import Membership, Organisation, Person, Team
from assessments.models.plans import Action, ActionNote, Focus
from assessments.models.questionnaires import Item, Questionnaire
from assessments.models.releases import Address, Release, ReleasedAction, ReleasedPractice
from assessments.models.reminders import ManagerReminder, Reminder
from assessments.models.rosters import RosterColumn, RosterUpload
from assessments.models.selfassessments import Answer, SelfAssessment
from assessments.models.tokens import ApiToken
from assessments.models.users import User

__all__ = [
    "Act",
    "Action",
    "ActionNote",
    "Address",
    "Answer",
    "ApiToken",
    "Article",
    "Box",
    "Code",
    "Cycle",
    "CycleMember",
    "CycleTeam",
    "Dimension",
    "Driver",
    "DriverModel",
    "Figure",
    "FigureChange",
    "FirstLink",
    "Focus",
    "Invitation",
    "Item",
    "ManagerReminder",
    "Median",
    "Membership",
    "Organisation",
    "Participation",
    "Person",
    "Practice",
    "Quality",
    "Questionnaire",
    "Release",
    "ReleasedAction",
    "ReleasedPractice",
    "Reminder",
    "ReportBatch",
    "ReportFile",
    "ReportMail",
    "RosterColumn",
    "RosterUpload",
    "SelfAssessment",
    "Team",
    "Text",
    "Trend",
    "Turnout",
    "User",
    "WidestGap",
]
