"""A whole poll as an attacker would like to watch it: everybody answers something different, in an order that is known."""

import random
import re
import secrets
from dataclasses import dataclass, field

from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse

from assessments.models import Cycle
from assessments.services.invitations import send_invitations
from tests import factories

CODE = re.compile(r"\b[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}\b")
FEW = 6  # people who write the second text: too few for it ever to be shown


@dataclass(frozen=True, slots=True)
class Voter:
    """One person, the truth about their ballot, and the code that they were mailed."""

    email: str
    unit: str
    code: str
    answers: dict[str, int]
    helps: str
    hinders: str

    @property
    def fields(self) -> dict[str, str]:
        """What the form posts."""
        texts = {"code": self.code, "helps": self.helps, "hinders": self.hinders}
        return texts | {practice: str(value) for practice, value in self.answers.items()}


@dataclass(slots=True)
class Journey:
    """An open cycle with everybody invited. `voters` stand in the order in which they answer: what a web log would tell."""

    cycle: Cycle
    voters: list[Voter]
    name_mark: str
    text_mark: str
    statuses: list[int] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [voter.code for voter in self.voters]

    def answer(self, first: int, last: int | None = None) -> None:
        """The voters of these positions post their ballots; one client, since it gets no cookie to carry on."""
        client = Client()
        for voter in self.voters[first:last]:
            response = client.post(reverse("poll_answers"), voter.fields)
            assert not client.cookies
            self.statuses.append(response.status_code)


def begin(*, teams: int = 20, members: int = 8) -> Journey:
    """An organisation of flat teams with a leader each (who answer together, as the unit above), an open cycle, mails sent."""
    name_mark, text_mark = f"Nm{secrets.token_hex(8)}", f"Tx{secrets.token_hex(8)}"
    with transaction.atomic():
        for team in range(teams):
            path = f"Team {team:02}"
            factories.make_person(path, "leader", name=f"{name_mark} leader {team}")
            for member in range(members):
                factories.make_person(path, name=f"{name_mark} {team} {member}")
    cycle = factories.make_cycle(f"Cycle {secrets.token_hex(4)}")
    mail.outbox = []
    send_invitations(cycle=cycle)
    codes = {message.to[0]: _code_in(message.body) for message in mail.outbox}
    practices = list(cycle.questionnaire.items.values_list("practice__code", flat=True))
    chance = random.Random(secrets.token_bytes(16))
    invited = list(cycle.invitations.values_list("person__email", "team__path"))
    chance.shuffle(invited)
    voters = [
        Voter(
            email=email,
            unit=unit,
            code=codes[email],
            answers={code: chance.randint(1, 5) for code in practices},
            helps=f"{text_mark} helps {secrets.token_hex(8)}",
            hinders=f"{text_mark} hinders {secrets.token_hex(8)}" if at < FEW else "",
        )
        for at, (email, unit) in enumerate(invited)
    ]
    return Journey(cycle, voters, name_mark, text_mark)


def _code_in(body: str) -> str:
    found = set(CODE.findall(body))
    assert len(found) == 1
    return found.pop()
