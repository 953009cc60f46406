"""Which two customers may be one person: found by what they share, decided by a person.

Merged without being asked only if a verified identifier or a verified number that is nobody
else's is equal; everything else becomes a candidate with a score and the evidence for it. Source:
tickets.md 5.2, which leaves the weights to us: a name alone is never enough, and two different
verified numbers of one kind (citizens, passports) speak against it whatever else is equal.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from ivr.tickets.identity.confidence import CERTAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WORTH_SHOWING = 40
"""From this score on a pair is shown to a person."""
MOST_ALIKE = 20
"""A name or number that more customers than this have says nothing about any two of them."""
_WEIGHTS: Mapping[str, int] = {
    "identifier": 60,
    "point": 50,
    "shared_point": 25,
    "tail9": 15,
    "name": 30,
    "part_of_name": 15,
}


@dataclass(frozen=True, slots=True)
class Way:
    """A number or address of a customer that is in use. norm: its normal form."""

    kind: str
    norm: str
    tail9: str | None = None
    shared: bool = False
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that an authority or the company gave. value_hash: keyed, never the number."""

    scheme: str
    value_hash: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a customer is compared. name: folded. kind: `person` or `company`."""

    id: int
    kind: str = "person"
    name: str = ""
    ways: tuple[Way, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers, a < b, who may be one. evidence: codes, the weightiest first.

    automatic: may be merged without asking.
    """

    a: int
    b: int
    score: int
    evidence: tuple[str, ...]
    automatic: bool = False


def compare(one: Profile, other: Profile) -> Pair | None:
    """Whether two customers may be one; None if too little speaks for it."""
    a, b = sorted((one, other), key=lambda each: each.id)
    if a.id == b.id or a.kind != b.kind or _contradict(a, b):
        return None
    found = tuple(_evidence(a, b))
    certain = any(code.startswith("verified_") for code in found)
    weighed = sum(_WEIGHTS[code.removeprefix("verified_")] for code in found)
    score = CERTAIN if certain else min(weighed, CERTAIN - 1)
    return Pair(a.id, b.id, score, found, certain) if score >= WORTH_SHOWING else None


def find_pairs(
    profiles: Iterable[Profile], settled: Iterable[tuple[int, int]] = ()
) -> tuple[Pair, ...]:
    """Every pair worth showing, the best first. settled: pairs a person has already refused."""
    known = {each.id: each for each in profiles}
    done = {tuple(sorted(pair)) for pair in settled}
    blocks: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for profile in known.values():
        for key in _keys(profile):
            blocks[key].add(profile.id)
    small = [sorted(block) for block in blocks.values() if 1 < len(block) <= MOST_ALIKE]
    pairs = {pair for block in small for pair in combinations(block, 2)} - done
    found = [compare(known[a], known[b]) for a, b in sorted(pairs)]
    return tuple(sorted(filter(None, found), key=lambda pair: (-pair.score, pair.a, pair.b)))


def _evidence(a: Profile, b: Profile) -> Iterator[str]:
    """What two customers have in common: each kind of evidence once, the weightiest first."""
    equal = set(_identities(a)) & set(_identities(b))
    if equal:
        sure = equal & set(_identities(a, sure=True)) & set(_identities(b, sure=True))
        yield "verified_identifier" if sure else "identifier"
    yield from _ways_in_common(a, b)
    names = (set(a.name.split()), set(b.name.split()))
    if names[0] and names[0] == names[1]:
        yield "name"
    elif len(min(names, key=len)) > 1 and (names[0] <= names[1] or names[1] <= names[0]):
        yield "part_of_name"


def _ways_in_common(a: Profile, b: Profile) -> Iterator[str]:
    pairs = [(x, y) for x in a.ways for y in b.ways if (x.kind, x.norm) == (y.kind, y.norm)]
    own = [(x, y) for x, y in pairs if not (x.shared or y.shared)]
    if own:
        yield "verified_point" if any(x.verified and y.verified for x, y in own) else "point"
    elif pairs:
        yield "shared_point"
    elif {x.tail9 for x in a.ways if x.tail9} & {y.tail9 for y in b.ways if y.tail9}:
        yield "tail9"


def _contradict(a: Profile, b: Profile) -> bool:
    """Whether both have a verified identifier of one kind, and not the same."""
    mine, his = set(_identities(a, sure=True)), set(_identities(b, sure=True))
    agreed = {scheme for scheme, _ in mine & his}
    both = {scheme for scheme, _ in mine} & {scheme for scheme, _ in his}
    return bool(both - agreed)


def _identities(profile: Profile, *, sure: bool = False) -> Iterator[tuple[str, str]]:
    for each in profile.identifiers:
        if each.verified or not sure:
            yield each.scheme, each.value_hash


def _keys(profile: Profile) -> Iterator[tuple[str, ...]]:
    """What puts two customers into one block, so that not everybody is compared with everybody."""
    yield from (("way", way.kind, way.norm) for way in profile.ways)
    yield from (("tail", way.tail9) for way in profile.ways if way.tail9)
    yield from (("identifier", *identity) for identity in _identities(profile))
