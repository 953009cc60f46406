"""Who is calling? Rules over what the lookups found: open a record, suggest, let choose, or draft.

A record is opened only if exactly one fits, the evidence is good enough, the number is no shared
one, and every lookup that could have found another one has answered. Source: acd-cti.md 10.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ivr.cti.numbers import Number, compare_numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

OPENING = ("open", "open_ticket")
BY_NUMBER = ("ani", "ani_last9", "previous_call")
CONFIRMED = 3
"""From this level on, fields marked sensitive are shown."""
MOST_SUGGESTED = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the caller's. by: what it was found by. level: how sure that is, 0-4.

    evidence: for the agent to read. shared: several people use this number. at: of an earlier call.
    perhaps: the evidence only hints at this record. reasons: what weakens it, as codes. own: kept
    in our own store.
    """

    kind: str
    id: str
    by: str
    level: int
    evidence: str = ""
    shared: bool = False
    at: datetime | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    perhaps: bool = False
    reasons: tuple[str, ...] = ()
    own: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Two candidates with the same key are the same record."""
        return self.kind, self.id


@dataclass(frozen=True, slots=True)
class MatchRule:
    """One way to recognise a caller. one: `open`, `open_ticket` or `suggest`. many: `choose`."""

    by: tuple[str, ...]
    level: int = 0
    one: str = "suggest"
    many: str = "choose"
    within_s: float | None = None


DEFAULT_RULES = (
    MatchRule(("callback_token",), one="open"),
    MatchRule(("ticket_number",), one="open_ticket"),
    MatchRule(("entered_id",), level=3, one="open"),
    MatchRule(("ani",), level=2, one="open"),
    MatchRule(("ani", "ani_last9"), level=1),
    MatchRule(("previous_call",), within_s=86_400),
)


EARLIER = "previous_call"
"""An earlier call is no other person: beside a record it is only history."""


@dataclass(frozen=True, slots=True)
class Match:
    """What came out. action: open open_ticket suggest choose draft nothing. rule: what decided.

    records: what is opened, at most one. suggest: what the agent may click.
    """

    level: int
    rule: str
    result: str
    action: str
    records: tuple[Candidate, ...] = ()
    suggest: tuple[Candidate, ...] = ()

    @property
    def hit(self) -> Candidate | None:
        """The one record that fits, opened or only suggested; None if there is none or several."""
        if self.result != "one":
            return None
        return next(iter((*self.records, *self.suggest)), None)


def verify_number(
    candidate: Candidate, stored: Sequence[str], caller: Number, country: str
) -> Candidate | None:
    """A record found by number, checked against the numbers that stand in it; None if none fits."""
    fits = [compare_numbers(text, caller, country) for text in stored]
    if "ani" in fits:
        return candidate
    return replace(candidate, by="ani_last9") if "ani_last9" in fits else None


def decide(
    rules: Sequence[MatchRule],
    candidates: Sequence[Candidate],
    now: datetime,
    missing: Collection[str] = (),
    unknown: str = "draft",
) -> Match:
    """The first rule with a hit decides. missing: kinds of evidence that have not answered yet."""
    for place, rule in enumerate(rules):
        hits = _distinct([one for one in candidates if _fits(one, rule, now)])
        if hits:
            earlier = {by for before in rules[: place + 1] for by in before.by}
            unsure = any(by in earlier for by in missing)
            known = {one.key: one for one in _distinct(candidates)}
            whole = [_filled(one, known[one.key]) for one in hits]
            return _hit(rule, whole, list(known.values()), unsure=unsure)
    action = unknown if not missing else "nothing"
    others = _distinct(candidates)[:MOST_SUGGESTED]
    return Match(0, "", "none", action if not others else "choose", (), tuple(others))


def _fits(candidate: Candidate, rule: MatchRule, now: datetime) -> bool:
    if candidate.by not in rule.by or candidate.level < rule.level or not candidate.id:
        return False
    if rule.within_s is None or candidate.at is None:
        return True
    return now - candidate.at <= timedelta(seconds=rule.within_s)


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Each record once, with its best evidence and all that is known of it."""
    best: dict[tuple[str, str], Candidate] = {}
    for one in candidates:
        old = best.get(one.key)
        best[one.key] = one if old is None else _both(old, one)
    return [one for one in best.values() if one.id]


def _filled(hit: Candidate, known: Candidate) -> Candidate:
    """A record with all that is known of it, also by evidence that did not decide."""
    return replace(hit, fields=known.fields, own=known.own)


def _both(old: Candidate, new: Candidate) -> Candidate:
    """The same record found twice; shared if anything says so, ours if either is."""
    better = (new.level, not new.perhaps) > (old.level, not old.perhaps)
    winner, other = (new, old) if better else (old, new)
    fields = {**other.fields, **winner.fields}
    shared, own = old.shared or new.shared, old.own or new.own
    return replace(winner, shared=shared, own=own, fields=fields)


def _hit(
    rule: MatchRule, hits: Sequence[Candidate], known: Sequence[Candidate], *, unsure: bool
) -> Match:
    level = max(one.level for one in hits)
    if len(hits) > 1:
        chosen = tuple(hits[:MOST_SUGGESTED])
        return Match(level, hits[0].by, "many", rule.many, (), chosen)
    only = hits[0]
    opens = rule.one in OPENING and not unsure and not _weak(only)
    others = [one for one in known if one.key != only.key and one.by != EARLIER]
    if opens:
        return Match(level, only.by, "one", rule.one, (only,), tuple(others[:MOST_SUGGESTED]))
    suggested = (only, *others)[:MOST_SUGGESTED]
    return Match(level, only.by, "one", "suggest", (), suggested)


def _weak(candidate: Candidate) -> bool:
    """Evidence that never opens a record, whatever the rules say."""
    by_number = candidate.by in BY_NUMBER
    claimed = by_number and (candidate.level < 1 or candidate.by != "ani")
    return claimed or candidate.perhaps or (by_number and candidate.shared)
