"""Every mail that is sent: one short function per message. A mail is three templates: subject, plain text and HTML.

May import models. Never in here: who gets a mail and when. No image, no foreign address, no header that names a person.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from assessments.models import Action, Cycle, CycleTeam, Organisation, Person, User


def make_message(
    template: str, to: str, context: dict[str, Any], connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The mail named `template` to one address; `connection` lets many mails share one."""
    context = {**context, "base_url": settings.BASE_URL}
    organisation = Organisation.current()
    with translation.override(_language_of(to) or organisation.language or settings.LANGUAGE_CODE):
        subject = render_to_string(f"mails/{template}-subject.txt", context)
        body = render_to_string(f"mails/{template}-body.txt", context)
        html = render_to_string(f"mails/{template}-body.html", context)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=f"{body.strip()}\n",
        from_email=organisation.from_line,
        to=[to],
        connection=connection,
    )
    message.attach_alternative(html, "text/html")
    return message


def _language_of(address: str) -> str:
    """The person's own, where there is a choice."""
    if len(settings.LANGUAGES) < 2:
        return ""
    return Person.objects.filter(email=address.lower()).values_list("language", flat=True).first() or ""


def send_account_link(*, user: User, url: str, connection: BaseEmailBackend | None = None) -> None:
    """To somebody of HR who has no password yet."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    context = {"name": user.name, "url": url, "days": days, "writes": user.role == User.Role.HR}
    make_message("account-link", user.email, context, connection).send()


def send_password_link(*, user: User, url: str, connection: BaseEmailBackend | None = None) -> None:
    """To somebody who leads a team and has no password yet."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    make_message("password-link", user.email, {"name": user.name, "url": url, "days": days}, connection).send()


def send_invitation(
    *,
    person_email: str,
    code: str,
    cycle: Cycle,
    unit: CycleTeam,
    minutes: int,
    said: str = "",
    connection: BaseEmailBackend | None = None,
) -> None:
    """To an employee. The code stands in this mail and nowhere else. said: where all in the team read what came of last time."""
    context = {"code": code, "cycle": cycle, "team_name": unit.name, "invited": unit.invited, "minutes": minutes, "said": said}
    context["texts_from"] = max(settings.TEXTS_FROM, cycle.k)
    make_message("invitation", person_email, context, connection).send()


def send_reminder(
    *,
    person_email: str,
    code: str,
    cycle: Cycle,
    team_name: str,
    minutes: int,
    said: str = "",
    connection: BaseEmailBackend | None = None,
) -> None:
    """To an employee, whether or not the person has answered: the mail is alike. Code and `said` are as in an invitation."""
    context = {"code": code, "cycle": cycle, "team_name": team_name, "minutes": minutes, "said": said}
    make_message("reminder", person_email, context, connection).send()


def send_own_view_due(
    *, to: str, name: str, units: Sequence[CycleTeam], cycle: Cycle, connection: BaseEmailBackend | None = None
) -> None:
    """To a manager who has not handed in the own view of every team led."""
    make_message("own-view-due", to, {"name": name, "units": units, "cycle": cycle}, connection).send()


def send_action_due(*, to: str, name: str, action: Action, may_open: bool, connection: BaseEmailBackend | None = None) -> None:
    """To whoever sees to an action. may_open: they can sign in and open it; others are asked to tell the manager."""
    context = {"name": name, "action": action, "team_name": action.unit.name, "may_open": may_open}
    make_message("action-due", to, context, connection).send()


def send_reports_ready(
    *, person: Person, units: Sequence[CycleTeam], files: Sequence[tuple[str, Path]], connection: BaseEmailBackend | None = None
) -> None:
    """To a manager: the reports of the units led, attached by name, and where they stand. All units are of one cycle."""
    context = {"name": person.name, "units": units, "cycle": units[0].cycle}
    message = make_message("reports-ready", person.email, context, connection)
    for name, path in files:
        message.attach(name, path.read_bytes(), "application/pdf")
    message.send()
