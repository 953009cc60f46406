"""The record of the routing groups in memory: same refusals as the database's indexes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.acd.telling.counts import ended_of
from ivr.acd.words import Row
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.domain.plain import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ivr.acd.telling.counts import Ended
    from ivr.runtime.ports.desk import GroupBatch

_NEEDED = {
    "waiting": ("live", "call", "queue", "joined_at", "ended_at", "end"),
    "ring_group": ("live", "call", "winner"),
    "offer": ("live", "group", "agent", "slot", "endpoint", "call", "state"),
    "agent_state": ("state", "version"),
}
_Key: TypeAlias = tuple[str, str, str]
"""Group, kind and key of a row."""
_Place: TypeAlias = tuple[str, ...]
"""The name of a unique index and what stands in it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A stored row. body: its columns as JSON text, so that no later change gets in."""

    live: bool
    call: str
    body: str
    places: tuple[_Place, ...]


@dataclass(slots=True)
class _Group:
    epoch: int = 0
    events: list[tuple[int, tuple[str, int, str]]] = field(default_factory=list)
    """Epoch and event, from number 1 on."""


class MemoryGroupLog:
    """The port `GroupLog` in dicts. Checks everything first, so a refusal leaves no trace."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._rows: dict[str, dict[_Key, _Kept]] = {kind: {} for kind in _NEEDED}
        self._taken: dict[_Place, _Key] = {}
        self._decisions: dict[str, list[str]] = {}
        self._decided: dict[str, list[tuple[int, int, str]]] = {}

    async def claim(self, group: str) -> tuple[int, int]:
        """Become the owner: a new epoch, and the last stored seq."""
        mine = self._groups.setdefault(group, _Group())
        mine.epoch += 1
        return mine.epoch, len(mine.events)

    async def append(self, batch: GroupBatch) -> None:
        """Store a batch as a whole. One that is stored already is not stored again."""
        newest = {(batch.group, row.kind, row.key): _kept(batch.group, row) for row in batch.rows}
        records = [(one.get("call", ""), plain_text(one, "a decision")) for one in batch.decisions]
        mine = self._owned(batch)
        if len(mine.events) != batch.seq - 1:
            self._check_repeat(mine, batch)
            return
        self._take_places(newest)
        for key, kept in newest.items():
            self._rows[key[1]][key] = kept
        for call, text in records:
            self._decisions.setdefault(call, []).append(text)
        made = self._decided.setdefault(batch.group, [])
        for record, (_call, text) in zip(batch.decisions, records, strict=True):
            made.append((len(made) + 1, record.get("seq", batch.seq), text))
        mine.events += _stamped(batch)

    async def load(self, group: str, ended: int = 0) -> Sequence[Row]:
        """Every row that is not over, after so many of the last waits that are."""
        over = self._of(group, self._rows["waiting"], live=False)
        live = [row for rows in self._rows.values() for row in self._of(group, rows, live=True)]
        return [*over[max(0, len(over) - ended) :], *live]

    async def ended(self, group: str, since: int, queue: str = "") -> Sequence[Ended]:
        """The waits that ended then or later, in this queue, the last first."""
        over = self._of(group, self._rows["waiting"], live=False)
        found = [ended_of(row.key, row.columns) for row in over]
        mine = [each for each in found if each.ended_at >= since and queue in {"", each.queue}]
        return sorted(mine, key=lambda each: (each.ended_at, each.ticket), reverse=True)

    def _of(self, group: str, rows: Mapping[_Key, _Kept], *, live: bool) -> list[Row]:
        return [
            Row(kind=kind, key=key, columns=json.loads(kept.body))
            for (owner, kind, key), kept in rows.items()
            if kept.live is live and owner == group
        ]

    async def decisions(self, call: str) -> Sequence[Mapping[str, Any]]:
        """The decision records of a call, in order."""
        return [json.loads(text) for text in self._decisions.get(call, ())]

    async def offers(self, call: str) -> Sequence[Mapping[str, Any]]:
        """The offers of a call, also ended ones, by the time at which they were made."""
        found = [
            json.loads(kept.body) for kept in self._rows["offer"].values() if kept.call == call
        ]
        return sorted(found, key=lambda columns: columns.get("made_at", 0))

    async def groups(self) -> Sequence[str]:
        """The groups of which there is a record, by name."""
        return sorted(self._groups)

    async def events(self, group: str, after: int, most: int) -> Sequence[tuple[int, int, str]]:
        """Seq, epoch and body of the next events of a group, in order."""
        mine = self._groups.get(group, _Group()).events[after : after + most]
        return [(seq, epoch, body) for seq, (epoch, (_k, _at, body)) in enumerate(mine, after + 1)]

    async def decided(self, group: str, after: int, most: int) -> Sequence[tuple[int, int, str]]:
        """Place, number of the event and text of the next decisions of a group, in order."""
        return self._decided.get(group, [])[after : after + most]

    def _owned(self, batch: GroupBatch) -> _Group:
        mine = self._groups.get(batch.group)
        epoch = 0 if mine is None else mine.epoch
        if mine is None or epoch != batch.epoch:
            raise LeaseLostError(f"group {batch.group} is at epoch {epoch}, not {batch.epoch}")
        return mine

    def _check_repeat(self, mine: _Group, batch: GroupBatch) -> None:
        stored = mine.events[max(batch.seq - 1, 0) :][: len(batch.events)]
        if not stored or stored != _stamped(batch):
            raise StoreError(f"group {batch.group} stands at {len(mine.events)}")

    def _take_places(self, rows: Mapping[_Key, _Kept]) -> None:
        """Give each row its places in the unique indexes; all of them or none."""
        wanted: dict[_Place, _Key] = {}
        for key, kept in rows.items():
            for place in kept.places:
                holder = self._taken.get(place, key)
                if wanted.setdefault(place, key) != key or (holder != key and holder not in rows):
                    raise StoreError(f"the database refused: {place[0]} is taken")
        for key in rows:
            old = self._rows[key[1]].get(key)
            for place in old.places if old is not None else ():
                del self._taken[place]
        self._taken |= wanted


def _stamped(batch: GroupBatch) -> list[tuple[int, tuple[str, int, str]]]:
    return [(batch.epoch, event) for event in batch.events]


def _kept(group: str, row: Row) -> _Kept:
    columns = row.columns
    if row.kind not in _NEEDED:
        raise StoreError(f"there is no table for rows of the kind {row.kind}")
    missing = [name for name in _NEEDED[row.kind] if name not in columns]
    if missing:
        raise StoreError(f"a row of {row.kind} has no column {missing[0]}")
    body = plain_text(columns, f"a row of {row.kind}")
    places = tuple(_places(group, row.kind, columns))
    return _Kept(columns.get("live", True), columns.get("call") or "", body, places)


def _places(group: str, kind: str, columns: Mapping[str, Any]) -> Iterable[_Place]:
    """The unique indexes of acd-cti.md 5.2 in which this row stands."""
    if kind == "ring_group" and columns["live"]:
        yield "the call", columns["call"]
    if kind != "offer":
        return
    if columns["live"]:
        yield "the agent", columns["agent"], str(columns["slot"])
        if columns["endpoint"]:
            yield "the endpoint", columns["endpoint"]
    if columns["state"] == "accepted":
        yield "the ring group's winner", group, columns["group"]
