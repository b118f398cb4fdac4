"""What a team reads of its answers and of what came of them, and what a manager may choose from."""

import datetime
from dataclasses import dataclass

from assessments.analysis.values import FigureValue, Shown
from assessments.models import Action, Address, Cycle, CycleTeam, Membership, Release, ReleasedPractice, User
from assessments.models.plans import planned_by
from assessments.models.releases import Choice, withdrawn_by
from assessments.results.figures import OVERALL, PRACTICE, asked_in, read_book
from assessments.results.plans import ActionLine, FollowedUp, PlanPage, follow_up, line_of, plan_page

Part = ReleasedPractice.Part


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A practice as the team reads it. `statement`: what people agreed or disagreed with."""

    title: str
    statement: str
    figure: Shown


@dataclass(frozen=True, slots=True)
class SaidPart:
    """What was chosen as one thing: what goes well, where there is room, what is worked on."""

    label: str
    lines: tuple[SaidLine, ...]


@dataclass(frozen=True, slots=True)
class ToldAction:
    """An action as it stands today. `name` is empty unless it may be read; followed: for one of an earlier cycle."""

    line: ActionLine
    name: str
    by_manager: bool
    followed: FollowedUp | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a team reads: on its page, on the poster and in the preview. Made of shown figures only, whatever was chosen."""

    unit: CycleTeam
    words: str
    overall: Shown | None
    parts: tuple[SaidPart, ...]
    actions: tuple[ToldAction, ...]
    earlier: tuple[ToldAction, ...]
    released: datetime.date | None

    @property
    def first_lines(self) -> tuple[SaidLine, ...]:
        """Three for a poster: the first of each part, then what is left; in the order of the page."""
        places = [(place, number) for number, part in enumerate(self.parts) for place in range(len(part.lines))]
        chosen = sorted(sorted(places)[:3], key=lambda pair: pair[::-1])
        return tuple(self.parts[number].lines[place] for place, number in chosen)

    @property
    def first_actions(self) -> tuple[ToldAction, ...]:
        """Three for a poster, what is not over first."""
        return tuple(sorted((*self.actions, *self.earlier), key=lambda told: told.line.is_over)[:3])

    @property
    def has_figures(self) -> bool:
        return bool(self.overall or self.parts)


def said_of(release: Release) -> Said:
    return said(release.unit, release.choice, release.released)


def said(unit: CycleTeam, choice: Choice, released: datetime.date | None = None) -> Said:
    """In a constant number of queries. released: None while it is only looked at."""
    book = read_book(unit.cycle, [unit], kinds=(OVERALL, PRACTICE))
    asked = {practice.code: practice for dimension in asked_in(unit.cycle) for practice in dimension.practices}
    lines: dict[str, list[SaidLine]] = {}
    for code, part in choice.practices.items():
        figure = book.figure(unit, PRACTICE, code)
        if isinstance(figure, Shown) and code in asked:
            lines.setdefault(part, []).append(SaidLine(asked[code].title, asked[code].team, figure))
    overall = book.figure(unit, OVERALL)
    told = _told(unit, choice)
    return Said(
        unit=unit,
        words=choice.words,
        overall=overall if choice.overall and isinstance(overall, Shown) else None,
        parts=tuple(SaidPart(str(part.label), tuple(lines[part])) for part in Part if part in lines),
        actions=tuple(one for one in told if one.line.unit == unit),
        earlier=tuple(one for one in told if one.line.unit != unit),
        released=released,
    )


def _told(unit: CycleTeam, choice: Choice) -> tuple[ToldAction, ...]:
    actions = Action.objects.of_same_team(unit).filter(uid__in=choice.actions).select_related("practice", "unit__cycle")
    led = Membership.objects.filter(team=unit.team_id, role=Membership.Role.LEADER)
    managers = set(led.values_list("person", flat=True))
    followed = {one.action.uid: one for one in follow_up(unit)} if choice.actions else {}
    found = []
    for action in actions:
        named = choice.actions[action.uid]
        # The tick was for this name; whoever sees to it by now was not asked.
        name = named if named == action.owner_name else ""
        found.append(ToldAction(line_of(action), name, action.owner_id in managers, followed.get(action.uid)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Offer:
    """A shown figure that may be told."""

    code: str
    part: str
    label: str
    title: str
    figure: Shown


@dataclass(frozen=True, slots=True)
class TellPage:
    """`writes`: the reader may release now; withdraws: may take back what is released."""

    plan: PlanPage
    release: Release | None
    address: Address | None
    offers: tuple[Offer, ...]
    actions: tuple[ActionLine, ...]
    writes: bool
    withdraws: bool

    @property
    def overall(self) -> FigureValue:
        return self.plan.result.overall.figure

    @property
    def can_tell_overall(self) -> bool:
        return isinstance(self.overall, Shown)

    @property
    def suggested(self) -> Choice:
        """What is released; before that, everything that can be told, without names."""
        if self.release:
            return self.release.choice
        return Choice(
            overall=self.can_tell_overall,
            practices={offer.code: offer.part for offer in self.offers},
            actions=dict.fromkeys((line.uid for line in self.actions), ""),
        )


def tell_page(unit: CycleTeam, user: User) -> TellPage:
    release = Release.objects.filter(unit=unit).select_related("unit__cycle").first()
    plan = plan_page(unit, user)
    return TellPage(
        plan=plan,
        release=release,
        address=Address.objects.standing().filter(release=release).first() if release else None,
        offers=_offers(plan),
        actions=(*plan.plan.actions, *plan.plan.carried),
        writes=Cycle.objects.closed().first() == unit.cycle and planned_by(user).filter(pk=unit.pk).exists(),
        withdraws=withdrawn_by(user).filter(pk=unit.pk).exists(),
    )


def _offers(plan: PlanPage) -> tuple[Offer, ...]:
    """The report's strengths and opportunities and what the unit works on; each once."""
    strong = [(one.practice.code, one.practice.title, one.pick.figure, Part.STRENGTH) for one in plan.result.strengths]
    room = [(one.practice.code, one.practice.title, one.pick.figure, Part.OPPORTUNITY) for one in plan.result.opportunities]
    focus = [
        (part.practice.code, part.practice.title, part.figure, Part.FOCUS) for part in plan.parts if isinstance(part.figure, Shown)
    ]
    found: dict[str, Offer] = {}
    for code, title, figure, part in (*strong, *room, *focus):
        found.setdefault(code, Offer(code, str(part), str(part.label), title, figure))
    return tuple(found.values())
