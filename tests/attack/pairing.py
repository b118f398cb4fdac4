"""The attacker's craft: join voters to boxes, boxes to what they say, and count how often that is right."""

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from scipy.stats import poisson

from tests.attack.evidence import Copy
from tests.attack.journey import Journey

Content = frozenset[tuple[str, int]]
Keys = Iterable[tuple[str, Hashable, Any]]  # (name, group, key to sort by)


def by_rank(voters: Keys, things: Keys) -> dict[str, str]:
    """Inside each group the first voter belongs to the first thing, the second to the second, and so on."""
    queues: dict[Hashable, list[tuple[Any, str]]] = defaultdict(list)
    for name, group, key in things:
        queues[group].append((key, name))
    for queue in queues.values():
        queue.sort()
    pairs = {}
    for name, group, _key in sorted(voters, key=lambda row: row[2]):
        if queues[group]:
            pairs[name] = queues[group].pop(0)[1]
    return pairs


def links(copy: Copy, journey: Journey) -> dict[str, dict[str, str]]:
    """Every way to say which box a voter has cast: name of the way to email: box key."""
    log = [(voter.email, "", at) for at, voter in enumerate(journey.voters)]
    answered = [row for row in copy.invitations if row.values[1]]
    ways = {
        "web log against place": by_rank(log, [(box.key, "", box.place) for box in copy.boxes]),
        "web log against primary key": by_rank(log, [(box.key, "", box.key) for box in copy.boxes]),
        "place against place": by_rank(
            [(row.values[0], "", row.place) for row in answered], [(box.key, "", box.place) for box in copy.boxes]
        ),
        "primary key against primary key": by_rank(
            [(row.values[0], "", row.key) for row in answered], [(box.key, "", box.key) for box in copy.boxes]
        ),
        "write-ahead log": dict(copy.pairs_in_log),
    }
    if any(box.xid is not None for box in copy.boxes):
        box_of = {box.xid: box.key for box in copy.boxes}
        ways["same transaction"] = {row.values[0]: box_of[row.xid] for row in answered if row.xid in box_of}
        ways["web log against transaction"] = by_rank(log, [(box.key, "", box.xid) for box in copy.boxes])
    return ways


FEATURES: dict[str, Callable[[bytes], Any]] = {
    "length": len,
    "length when compressed": lambda sealed: len(zlib.compress(sealed, 9)),
    "first bytes": lambda sealed: sealed[:8],
    "after the encapsulated key": lambda sealed: sealed[32:40],
    "answers' place": lambda sealed: sealed[64:96],
    "last bytes": lambda sealed: sealed[-8:],
    "sum of bytes": sum,
    "zero bytes": lambda sealed: sealed.count(0),
}


def content_of(answers: Mapping[str, int]) -> Content:
    return frozenset(answers.items())


def read_box(sealed: bytes) -> Content | None:
    """The answers in a box, if it can be read without a key."""
    try:
        return content_of(json.loads(sealed.split(b"\0", 1)[0])["a"])
    except (ValueError, KeyError, TypeError):
        return None


def accuracy(guesses: Mapping[str, Content | None], journey: Journey) -> int:
    """How many voters' answers were said rightly."""
    return sum(guesses.get(voter.email) == content_of(voter.answers) for voter in journey.voters)


def better_than_chance(hits: int, *, expected: float, tries: int) -> bool:
    """Whether so many hits would come by chance less than once in a thousand runs, whatever the number of ways tried.

    Guessing a permutation inside a group is right once on average, whatever its size, and the hits of many groups follow Poisson's
    law, whose tail is a little heavier than the binomial one. One-sided: an attacker who is wrong too often has learnt nothing.
    """
    return bool(poisson.sf(hits - 1, expected) < 0.001 / tries)
