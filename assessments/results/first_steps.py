"""From an empty installation to the first cycle: what is done, what comes next, what can wait."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, TextChoices
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Cycle, Membership, Organisation, Person, Questionnaire, Team
from assessments.results.cycles import invited_to


class State(TextChoices):
    """The page has a sign and a word for each."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`links`: where it is done, as (address, words). loads: the step has a button that loads the shipped practices."""

    title: str
    words: str
    done: bool
    links: tuple[tuple[str, str], ...] = ()
    loads: bool = False
    state: State = State.LATER


def first_steps() -> tuple[FirstStep, ...]:
    """In the order in which they are easiest; the first that is not done comes next, and none keeps another from being taken."""
    steps = (_name(), _roster(), _teams(), _questionnaires(), _cycle(), _invitations())
    following = next((step for step in steps if not step.done), None)
    return tuple(_with_state(step, following) for step in steps)


def _with_state(step: FirstStep, following: FirstStep | None) -> FirstStep:
    state = State.DONE if step.done else State.NEXT if step is following else State.LATER
    return FirstStep(step.title, step.words, step.done, step.links, step.loads, state)


def _name() -> FirstStep:
    name = Organisation.current().name
    named = name != Organisation._meta.get_field("name").default
    words = (
        _("It is called “%(name)s”.") % {"name": name}
        if named
        else _("It names the whole in tables and reports. The settings also have the logo, the time zone and the sender of mails.")
    )
    return FirstStep(_("Name your organisation"), words, named, _links(("organisation_settings", _("Settings"))))


def _roster() -> FirstStep:
    people = Person.objects.filter(active=True).count()
    words = ngettext("One person is in the roster.", "%(number)d people are in the roster.", people) % {"number": people}
    wanted = _("One file says who works here, in which team, and who manages it. There is a sample to start from.")
    return FirstStep(_("Upload the roster"), words if people else wanted, bool(people), _links(("roster", _("Roster"))))


def _teams() -> FirstStep:
    people = Membership.objects.filter(team=OuterRef("pk"), person__active=True)
    led = Exists(people.filter(role=Membership.Role.LEADER))
    teams = Team.objects.filter(Exists(people)).aggregate(all=Count("pk"), led=Count("pk", filter=led))
    without = teams["all"] - teams["led"]
    if not teams["all"]:
        words = _("Once the roster is there, you see here whether every team has a manager.")
    elif without:
        counted = ngettext("One team has no manager", "%(number)d teams have no manager", without) % {"number": without}
        words = _("%(counted)s, and so no view of a manager beside the team’s own. That may be right.") % {"counted": counted}
    else:
        words = ngettext(
            "There is one team, and it has a manager.", "There are %(number)d teams, and each has a manager.", teams["all"]
        )
        words %= {"number": teams["all"]}
    looked = Cycle.objects.exists()
    done = bool(teams["all"]) and (not without or looked)
    return FirstStep(_("Look at the teams"), words, done, _links(("structure", _("Teams")), ("roster", _("Roster"))))


def _questionnaires() -> FirstStep:
    newest = {one.code: one for one in Questionnaire.objects.published().annotate(statements=Count("items")).order_by("version")}
    if not newest:
        words = _("csculture brings 59 practices and two questionnaires made of them. They are not in the database yet.")
        return FirstStep(_("Choose what is asked"), words, done=False, loads=True)
    named = (
        _("“%(title)s” with %(number)d statements") % {"title": one.title, "number": one.statements} for one in newest.values()
    )
    words = _("Ready to be asked: %(list)s. You choose when you plan the cycle.") % {"list": _(" and ").join(named)}
    return FirstStep(_("Choose what is asked"), words, done=True, links=_links(("questionnaires", _("Questionnaires"))))


def _cycle() -> FirstStep:
    title = _("Plan and open the first cycle")
    opened = Cycle.objects.opened().order_by("opens", "pk").first()
    if opened:
        return FirstStep(
            title, _("“%(name)s” has been opened.") % {"name": opened.name}, done=True, links=_links(("cycles", _("Cycles")))
        )
    planned = Cycle.objects.filter(state=Cycle.State.PLANNED).order_by("opens", "pk").first()
    if planned is None:
        words = _("You choose the days and how small a group may be shown. Before it opens, you see who will be asked.")
        return FirstStep(title, words, done=False, links=_links(("plan_cycle", _("Plan a cycle"))))
    words = _("“%(name)s” is planned from %(day)s on.") % {"name": planned.name, "day": date_format(planned.opens, "j F")}
    who = (reverse("open_cycle", args=[planned.slug]), _("Look at who will be asked, and open it"))
    return FirstStep(title, words, done=False, links=(who,))


def _invitations() -> FirstStep:
    title, cycle = _("Send the invitations, print the cards"), Cycle.objects.running()
    if cycle is None or not cycle.takes_answers:
        words = _("People with a mail address get their code by mail, the others on a card. This waits until the cycle is open.")
        return FirstStep(title, words, done=Cycle.objects.closed().exists())
    invited = invited_to(cycle)
    words = _("%(sent)d of %(all)d mails are sent.") % {"sent": invited.sent, "all": invited.by_mail}
    links = _links(("cycles", _("Cycles")))
    if invited.by_card:
        cards = ngettext("One person needs a card.", "%(number)d people need a card.", invited.by_card)
        words, links = f"{words} {cards % {'number': invited.by_card}}", (*links, *_links(("cards", _("Code cards"))))
    return FirstStep(title, words, done=not invited.missing, links=links)


def _links(*named: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Those of the pages that there are."""
    found = []
    for name, words in named:
        try:
            found.append((reverse(name), words))
        except NoReverseMatch:
            continue
    return tuple(found)
