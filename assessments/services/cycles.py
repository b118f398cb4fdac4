"""Plan and open a cycle: the organisation, k and the questionnaire are frozen, invitations and keys are made."""

import datetime
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.ballotbox.keys import KeyProblem, destroy_keys, make_keys, parse_public_key
from assessments.models import Act, Cycle, Organisation, Questionnaire, User
from assessments.models.cycles import today
from assessments.services.freezing import freeze_organisation
from assessments.services.roll import write_roll

NAME_LENGTH = 50
BY_CALENDAR = "run_due"  # who opened a cycle whose first day had come


class CycleRefused(Exception):
    """The cycle cannot be planned or opened; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What HR decides before a cycle opens. trustee: somebody else keeps the private key, and brings the public one on the day."""

    name: str
    questionnaire: Questionnaire
    opens: datetime.date
    closes: datetime.date
    k: int
    trustee: bool = False


@transaction.atomic
def plan_cycle(*, plan: Plan, cycle: Cycle | None = None, by: User) -> Cycle:
    """Write down a new cycle, or change one that is planned."""
    _check(name=plan.name, opens=plan.opens, closes=plan.closes, k=plan.k)
    slug = slugify(plan.name)
    taken = Cycle.objects.filter(Q(name=plan.name) | Q(slug=slug)).first()
    if taken and taken != cycle:
        raise CycleRefused(_("There is a cycle “%(name)s” already.") % {"name": taken.name})
    cycle = still_planned(cycle) if cycle else Cycle()
    cycle.open_job = None  # an opening that waits was asked for with the plan as it was
    cycle.name, cycle.slug, cycle.questionnaire, cycle.trustee = plan.name, slug, plan.questionnaire, plan.trustee
    cycle.opens, cycle.closes, cycle.k = plan.opens, plan.closes, plan.k
    cycle.save()
    # Without the cycle, so that what is only planned can be deleted.
    Act.objects.create(who=str(by), what=Act.What.PLAN, why=f"{plan.name}: {plan.opens} – {plan.closes}, k {plan.k}")
    return cycle


@transaction.atomic
def delete_cycle(*, cycle: Cycle, by: User) -> None:
    """Only one that is planned: nobody has been asked anything yet."""
    planned = still_planned(cycle)
    Act.objects.create(who=str(by), what=Act.What.UNPLAN, why=planned.name)
    planned.delete()


@transaction.atomic
def open_planned(*, cycle: Cycle, by: str, trustee_key: str = "") -> Cycle:
    """Open it with what HR has planned, on its first day or later."""
    planned = ready_to_open(cycle)
    if planned.trustee and not trustee_key:
        raise CycleRefused(_("A trustee keeps the private key of this cycle: it opens with the trustee’s public key."))
    Act.objects.create(who=by, what=Act.What.OPEN, cycle=planned)
    return _open(planned, _trustees(trustee_key))


def open_due() -> list[str]:
    """Each planned cycle whose first day has come. Returns a sentence for each that could not be opened."""
    problems = []
    for cycle in Cycle.objects.filter(state=Cycle.State.PLANNED, opens__lte=today()).order_by("opens", "pk"):
        try:
            open_planned(cycle=cycle, by=BY_CALENDAR)
        except CycleRefused as error:
            problems.append(f"{cycle.name}: {error}")
    return problems


def still_planned(cycle: Cycle) -> Cycle:
    """The cycle as it is now, alone with it."""
    now = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if now.state != Cycle.State.PLANNED:
        raise CycleRefused(_("“%(name)s” is %(state)s already.") % {"name": now.name, "state": now.get_state_display()})
    return now


def ready_to_open(cycle: Cycle) -> Cycle:
    """The cycle as it is now, alone with it, as far as can be said without looking at everybody."""
    planned = still_planned(cycle)
    if planned.opens > today():
        raise CycleRefused(_("It can be opened from %(day)s on.") % {"day": date_format(planned.opens, "j F Y")})
    _check(name=planned.name, opens=planned.opens, closes=planned.closes, k=planned.k)
    _none_runs()
    return planned


@transaction.atomic
def open_cycle(
    *,
    name: str,
    questionnaire: Questionnaire,
    opens: datetime.date,
    closes: datetime.date,
    k: int | None = None,
    trustee_key: str = "",
) -> Cycle:
    """Plan a cycle and open it when its first day has come. A planned one is opened by the same call on or after that day.

    trustee_key: a trustee's public key (PEM), whose private half never comes to this server before the close. It is given when the
    cycle opens: what a plan in the database says of keys is not believed.
    """
    k = Organisation.current().k if k is None else k
    if not questionnaire.published:
        raise CycleRefused(_("“%(title)s” is a draft. Publish it first; then a cycle can ask it.") % {"title": questionnaire})
    _check(name=name, opens=opens, closes=closes, k=k)
    cycle, planned = Cycle.objects.select_for_update().get_or_create(
        name=name,
        defaults={"slug": slugify(name), "questionnaire": questionnaire, "opens": opens, "closes": closes, "k": k},
    )
    if not planned:
        _replan(cycle, questionnaire, opens, closes, k)
    if cycle.trustee and not trustee_key and opens <= today():
        raise CycleRefused(_("A trustee keeps the private key of this cycle: it opens with the trustee’s public key."))
    trustees = _trustees(trustee_key)
    return cycle if opens > today() else _open(cycle, trustees)


def _check(*, name: str, opens: datetime.date, closes: datetime.date, k: int) -> None:
    if not slugify(name) or len(name) > NAME_LENGTH:
        raise CycleRefused(_("A cycle needs a short name such as “2026 Q4”."))
    if closes < opens:
        raise CycleRefused(_("The last day (%(closes)s) is before the first (%(opens)s).") % {"closes": closes, "opens": opens})
    if closes < today():
        raise CycleRefused(_("The last day (%(closes)s) is already over. Choose a later one.") % {"closes": closes})
    if k < settings.SMALLEST_GROUP:
        raise CycleRefused(
            _("k is %(k)s, but no group smaller than %(least)s may ever be shown.") % {"k": k, "least": settings.SMALLEST_GROUP}
        )
    same_slug = Cycle.objects.filter(slug=slugify(name)).exclude(name=name).first()
    if same_slug:
        raise CycleRefused(_("The name is too much like “%(name)s”.") % {"name": same_slug.name})


def _replan(cycle: Cycle, questionnaire: Questionnaire, opens: datetime.date, closes: datetime.date, k: int) -> None:
    if cycle.state != Cycle.State.PLANNED:
        raise CycleRefused(
            _("“%(name)s” is %(state)s already; it is opened once.") % {"name": cycle.name, "state": cycle.get_state_display()}
        )
    cycle.questionnaire, cycle.opens, cycle.closes, cycle.k = questionnaire, opens, closes, k
    cycle.save()


def _trustees(key: str) -> bytes:
    try:
        return parse_public_key(key) if key else b""
    except KeyProblem as error:
        raise CycleRefused(str(error)) from error


def _none_runs() -> None:
    running = Cycle.objects.running()
    if running:
        raise CycleRefused(_("“%(name)s” is still running. Close it first: one cycle is open at a time.") % {"name": running.name})


def _open(cycle: Cycle, trustees: bytes) -> Cycle:
    _none_runs()
    invited = freeze_organisation(cycle=cycle)
    if invited < cycle.k:
        raise CycleRefused(
            _("Only %(invited)s people would be invited; below %(k)s nothing could be shown. Import a roster first.")
            % {"invited": invited, "k": cycle.k}
        )
    # A new one for the keys' files: those of an opening that was killed half-way are in nobody's way.
    cycle.uid = uuid.uuid4()
    try:
        roll = write_roll(cycle=cycle)
        public = make_keys(settings.BALLOT_KEY_DIR, cycle.uid, cycle.k, roll=roll, trustees=trustees)
    except KeyProblem as error:
        raise CycleRefused(str(error)) from error
    try:
        with transaction.atomic():
            cycle.public_key, cycle.key_fingerprint, cycle.trustee = public.public_key, public.fingerprint, public.trustee
            cycle.state = Cycle.State.OPEN
            cycle.save()
            Questionnaire.objects.filter(pk=cycle.questionnaire_id).update(used=True)
    except BaseException as error:
        destroy_keys(settings.BALLOT_KEY_DIR, cycle.uid)
        if isinstance(error, IntegrityError):
            raise CycleRefused(_("Another cycle has just been opened: one is open at a time.")) from error
        raise
    return cycle
