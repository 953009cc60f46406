"""Decides once more what a group has decided, from its record (acd-cti.md 5.6, I11).

A group begins with `Restored`; every event after it up to the next one is of that group. What came
before the first beginning cannot be repeated: it is counted, no more.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.acd.group import Group, counts_restored, decide, restore
from ivr.acd.words import Decided, Restored, Row
from ivr.domain.plain import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.acd.words import Event

MOST_TOLD = 20


def begun(name: str, epoch: int, seq: int, event: Restored) -> Group:
    """The group that begins with this event. seq: the number of the event in the record."""
    group = Group(name, epoch)
    group.offers_made, group.rings_made = event.offers_made, event.rings_made
    rows = [Row(kind=kind, key=key, columns=columns) for kind, key, columns in event.rows]
    restore(group, event.rules, event.agents, rows, event.at)
    counts_restored(group, event.counts, event.counted_at)
    group.events = seq
    return group


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that does not follow from the record as it is stored. stored, repeated: the two
    records as text, "" = there is none."""

    seq: int
    stored: str
    repeated: str


@dataclass(slots=True)
class Replay:
    """One group's record, event by event.

    skipped: events before the first beginning. events, decisions: that were repeated. differ: how
    many decisions do. found: the first of them.
    """

    name: str
    skipped: int = 0
    events: int = 0
    decisions: int = 0
    differ: int = 0
    found: list[Difference] = field(default_factory=list)
    _group: Group | None = None
    _known: deque[tuple[int, str]] = field(default_factory=deque)

    def know(self, decisions: Iterable[tuple[int, str]]) -> None:
        """Number of the event and text of decisions as they are stored, in order; those of an event
        must be known before the event is taken."""
        self._known.extend(decisions)

    @property
    def has_begun(self) -> bool:
        """Whether what comes next can be repeated."""
        return self._group is not None

    def skip(self) -> None:
        """The next event is from before the first beginning; it may be of another release."""
        self.skipped += 1

    def take(self, seq: int, epoch: int, event: Event) -> None:
        """The next event: that with which a group begins, or one after it."""
        if isinstance(event, Restored):
            self._group = begun(self.name, epoch, seq, event)
            return
        if self._group is None or self._group.epoch != epoch:
            self._group = None
            self.skip()
            return
        self.events += 1
        made = [one.record for one in decide(self._group, event) if isinstance(one, Decided)]
        repeated = [plain_text(record, "a decision") for record in made]
        self._compare(seq, self._stored(seq, epoch), repeated)

    def _stored(self, seq: int, epoch: int) -> list[str]:
        """The decisions that are stored with this event; those of skipped ones are passed over,
        whose numbers may be others."""
        found = []
        while self._known:
            place, text = self._known[0]
            if place > seq and _epoch_of(text) >= epoch:
                break
            self._known.popleft()
            if place == seq and _epoch_of(text) == epoch:
                found.append(text)
        return found

    def _compare(self, seq: int, stored: list[str], repeated: list[str]) -> None:
        for place in range(max(len(stored), len(repeated))):
            pair = (_at(stored, place), _at(repeated, place))
            self.decisions += bool(pair[1])
            if pair[0] != pair[1]:
                self.differ += 1
                self.found += [Difference(seq, *pair)] if len(self.found) < MOST_TOLD else []


def _epoch_of(text: str) -> int:
    """In which epoch a decision was made: its id is d-EPOCH-NUMBER."""
    _d, epoch, _number = str(json.loads(text)["id"]).split("-")
    return int(epoch)


def _at(texts: list[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""
