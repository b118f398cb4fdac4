"""Files that are downloaded and answers of the API: each number of each object, and whether the stored rows say it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from assessments.exports.api import RESOURCES
from assessments.exports.downloads import about
from assessments.models import Cycle, CycleTeam, User
from assessments.services.tokens import make_token
from tests.crawler.truth import Sayable, Truth, one_decimal

Objects = list[dict[str, Any]]
ENDS = {"=": "", ">=": " or more", "<=": " or less"}
SHARE_ENDS = {"=": " %", ">=": " % or more", "<=": " % or fewer"}
NO_FIGURES = {"shown", "depth", "slope_cycles", "version", "k", "practices"}


def files_of(cycle: Cycle, user: User) -> Iterator[tuple[str, Objects]]:
    """As JSON; tests/exports holds CSV and XLSX to saying the same."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    for file in about():
        if "json" in file.kinds:
            response = client.get(reverse("export", args=[cycle.slug]), {"what": file.what, "format": "json"})
            yield file.what, json.loads(b"".join(response))


def answers_of(cycle: Cycle, user: User) -> Iterator[tuple[str, Objects]]:
    """Methods tell of the whole organisation and of limits; their numbers stand on the methods page too."""
    token, client = make_token(user=user, name="crawler", days=1), Client()
    for resource in RESOURCES:
        if resource.of_cycle and resource.name != "methods":
            address: str | None = reverse(f"api_{resource.name}", args=[cycle.slug])
            while address:
                answer = client.get(address, headers={"authorization": f"Bearer {token}"}).json()
                yield f"API, {resource.name}", answer[resource.name]
                address = answer.get("next")


def object_problems(truth: Truth, cycle: Cycle, objects: Objects) -> list[str]:
    cycles = {one.name: one for one in truth.cycles.values()}
    units = {(unit.cycle_id, unit.path): unit for unit in truth.units}
    problems = []
    for one in objects:
        if "team" in one:
            of = cycles[one["cycle"]] if "cycle" in one else cycle
            problems += [f"{one['team']}, {words}" for words in _unexplained(truth, units[of.pk, one["team"]], one)]
    return problems


def _unexplained(truth: Truth, unit: CycleTeam, one: dict[str, Any]) -> Iterator[str]:
    code = one.get("code", "")
    cells = {key: value for key, value in one.items() if isinstance(value, dict) and "shown" in value}
    for key, cell in cells.items():
        yield from _wrong(truth, unit, "" if key == "overall" else key, cell)
    yield from _wrong(truth, unit, "" if code == "overall" else code, {key: one[key] for key in one.keys() - cells.keys()})


def _wrong(truth: Truth, unit: CycleTeam, code: str, one: dict[str, Any]) -> Iterator[str]:
    """What is said of one figure. A number that nothing explains is a finding."""
    claims, name = _claims(truth, unit, code), code or "overall"
    explained = {*NO_FIGURES, *(key for keys, _known, _written in claims for key in keys)}
    for key, value in one.items():
        if isinstance(value, int | float | dict) and key not in explained:
            yield f"{name}: {key} is {value}"
    for keys, known, written in claims:
        said = [one.get(key) for key in keys]
        found = tuple("" if value is None else written(value) for value in said)
        if any(found) and found not in known and found[::-1] not in known:
            yield f"{name}: {' and '.join(keys)}: {found}"


def _claims(truth: Truth, unit: CycleTeam, code: str) -> list[tuple[tuple[str, ...], set[tuple[str, ...]], Callable[[Any], str]]]:
    """Which keys belong together, what may stand there, and how it is written."""
    say, row = truth.sayable.get((unit.pk, code), Sayable()), truth.figures.get((unit.pk, code))
    classes = (
        {"strongly_disagree": row.strongly_disagree, "neither": row.middle, "strongly_agree": row.strongly_agree} if row else {}
    )
    if row and row.middle is not None:
        classes["disagree"] = 100 - row.middle - row.share
    return [
        (("n", "invited"), say.answered | truth.took_part(unit), str),
        (("low", "high"), say.ranges, one_decimal),
        (("gap_low", "gap_high"), say.sizes_between, _size),
        (("change_low", "change_high"), say.sizes_between, _size),
        (("slope_low", "slope_high"), say.sizes_between, _slope),
        (("agree_low", "agree_high"), say.shares_between, str),
        (("mean",), _alone(say.means), lambda mean: one_decimal(mean["value"]) + ENDS[mean["op"]]),
        (("agree",), _alone(say.shares), lambda share: str(share["value"]) + SHARE_ENDS[share["op"]]),
        (("manager",), _alone(say.managers), one_decimal),
        (("gap",), _alone(say.sizes), _size),
        (("change_points",), _alone(say.sizes), _size),
        (("slope",), _alone(say.sizes), _slope),
        (("percent",), _alone(truth.percents(unit)), str),
        *(((key,), {(str(classes.get(key)),)}, str) for key in ("neither", "disagree", "strongly_disagree", "strongly_agree")),
    ]


def _alone(known: set[str]) -> set[tuple[str, ...]]:
    return {(words,) for words in known}


def _size(value: float) -> str:
    return one_decimal(abs(value))


def _slope(value: float) -> str:
    return f"{abs(value):.2f}"
