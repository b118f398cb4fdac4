"""Every mail that is sent: one short function per message. A mail is three templates: subject, plain text and HTML.

May import models. Never in here: who gets a mail and when. No image, no foreign address, no header that names a person.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from assessments.models import Action, Cycle, User


def make_message(
    template: str, to: str, context: dict[str, Any], connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The mail named `template` to one address; `connection` lets many mails share one."""
    context = {**context, "base_url": settings.BASE_URL}
    subject = render_to_string(f"mails/{template}-subject.txt", context)
    body = render_to_string(f"mails/{template}-body.txt", context)
    message = EmailMultiAlternatives(subject=" ".join(subject.split()), body=f"{body.strip()}\n", to=[to], connection=connection)
    message.attach_alternative(render_to_string(f"mails/{template}-body.html", context), "text/html")
    return message


def send_password_link(*, user: User, url: str, connection: BaseEmailBackend | None = None) -> None:
    """To somebody who leads a team and has no password yet."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    make_message("password-link", user.email, {"name": user.name, "url": url, "days": days}, connection).send()


def send_invitation(
    *,
    person_email: str,
    code: str,
    cycle: Cycle,
    team_name: str,
    invited: int,
    minutes: int,
    connection: BaseEmailBackend | None = None,
) -> None:
    """To an employee. The code stands in this mail and nowhere else."""
    context = {"code": code, "cycle": cycle, "team_name": team_name, "invited": invited, "minutes": minutes}
    context["texts_from"] = max(settings.TEXTS_FROM, cycle.k)
    make_message("invitation", person_email, context, connection).send()


def send_action_due(*, to: str, name: str, action: Action, may_open: bool, connection: BaseEmailBackend | None = None) -> None:
    """To whoever sees to an action. may_open: they can sign in and open it; others are asked to tell the manager."""
    context = {"name": name, "action": action, "team_name": action.unit.name, "may_open": may_open}
    make_message("action-due", to, context, connection).send()
