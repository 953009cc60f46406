"""Two records that turn out to be one: what a merge moves, and how to take every step of it back.

Rows are plain mappings of column to value, so the rules know no table; the store says in
`Reference` which columns point to a customer. A merge writes down each row before and after; taken
back with nothing in between, every row is what it was. Source: tickets.md 5.2.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from ivr.domain.errors import IllegalTransitionError
from ivr.domain.plain import canonical_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Values = Mapping[str, object]
    Key = tuple[str, int]

MOST_HOPS = 8
"""So many merges may stand in a row behind one number."""
SEAL = "#"
"""Under this key the digest of the whole row is kept in the column `after`."""


class AlreadyMergedError(IllegalTransitionError):
    """The two are one already, or the one that shall go has gone before."""

    code: ClassVar[str] = "already-merged"


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique key of a table. unless: a row in which one of these columns holds is not in it."""

    columns: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A table whose rows point to customers, and how they are moved; one for each table.

    columns: those that point. end: what is written instead of moving where a unique key would
    clash; empty: such a row is left as it is. ended: the column that says a row is over already;
    such a row is not ended twice. pair: the two columns are kept in rising order.
    itself: the rows are customers themselves, and none may belong to itself. beside: columns that
    are neither compared nor put back, because every write or every contact changes them.
    """

    table: str
    columns: tuple[str, ...]
    unique: tuple[Unique, ...] = ()
    end: Values = field(default_factory=dict)
    ended: str = ""
    pair: bool = False
    itself: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it stands: its table, its id, its columns without the id."""

    table: str
    id: int
    values: Values


@dataclass(frozen=True, slots=True)
class Item:
    """One row that a merge changed. before, after: the columns that changed.

    seal: digest of the whole row after the merge, "" where only the changed columns matter.
    """

    table: str
    row_id: int
    before: Values
    after: Values
    seal: str = ""

    def stored(self) -> tuple[Values, Values]:
        """What the columns `before` and `after` hold: plain JSON, times as text."""
        return _plain(self.before), _plain({**self.after, SEAL: self.seal})


@dataclass(frozen=True, slots=True)
class Write:
    """A change of one row."""

    table: str
    row_id: int
    values: Values


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge does, in order. left: rows that stay with the loser, for want of a way to end.

    survivor: the root of whom was named.
    """

    survivor: int
    loser: int
    items: tuple[Item, ...]
    left: tuple[Row, ...] = ()

    @property
    def writes(self) -> tuple[Write, ...]:
        """The changes to make."""
        return tuple(Write(item.table, item.row_id, item.after) for item in self.items)


class Reason(StrEnum):
    """Why a row is not put back. `taken`: its number is somebody else's by now."""

    CHANGED = "changed"
    GONE = "gone"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that stays as it is when a merge is taken back, for a person to look at."""

    table: str
    row_id: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What taking a merge back does, in order, and what it leaves to a person."""

    writes: tuple[Write, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that was made. id: rising with time."""

    id: int
    survivor: int
    loser: int
    undone: bool = False


def root(start: int, merged_into: Mapping[int, int | None]) -> int:
    """Whom a record is now, after merges: follows `merged_into`, 8 steps at most.

    Raises AlreadyMergedError if the steps run in a circle or are more.
    """
    here = start
    for _ in range(MOST_HOPS + 1):
        there = merged_into.get(here)
        if there is None:
            return here
        here = there
    raise AlreadyMergedError(f"the merges behind {start} lead nowhere within {MOST_HOPS} steps")


def survivor_of(
    survivor: int, loser: int, merged_into: Mapping[int, int | None], what: str = "customers"
) -> int:
    """The record that the loser goes into: always the root of whom was named.

    merged_into: of both, of all they were merged into, and of all that went into the loser. Raises
    AlreadyMergedError if the two are one, if the loser went into another, or if the way from the
    oldest record behind the loser would take more than 8 steps.
    """
    into = root(survivor, merged_into)
    if into == root(loser, merged_into):
        raise AlreadyMergedError(f"{what} are already merged")
    if merged_into.get(loser) is not None:
        raise AlreadyMergedError(f"one of the {what} has gone into another one; merge that one")
    if _depth(loser, merged_into) >= MOST_HOPS:
        raise AlreadyMergedError(f"at most {MOST_HOPS} {what} may be merged in a row")
    return into


def plan_merge(
    survivor: int,
    loser: int,
    merged_into: Mapping[int, int | None],
    references: Sequence[Reference],
    rows: Iterable[Row],
) -> MergePlan:
    """What merging two customers changes.

    rows: all that point to the loser or to the root of the survivor, of the tables of the
    references; all of them locked. Raises AlreadyMergedError as `survivor_of`.
    """
    into = survivor_of(survivor, loser, merged_into)
    known = {reference.table: reference for reference in references}
    moving, staying = _divided(rows, known, loser)
    taken = {key for row in staying for key in _keys(known[row.table], row.values)}
    items, left = [], []
    for row in moving:
        item = _item(known[row.table], row, into, loser, taken)
        if item is None:
            left.append(row)
        elif item.before:
            items.append(item)
    head = Item("customer", loser, {"merged_into": None}, {"merged_into": into})
    return MergePlan(into, loser, (*items, head), tuple(left))


def plan_undo(
    merge: Merge,
    merges: Iterable[Merge],
    items: Sequence[Item],
    references: Sequence[Reference],
    current: Iterable[Row],
) -> UndoPlan:
    """What taking a merge back changes. Rows made since stay with the survivor.

    merges: all of either customer. current: every row that an item names, and every other row that
    points to either customer. Raises IllegalTransitionError if it was taken back already, or if a
    later merge of one of the two has to be taken back first.
    """
    _check_order(merge, merges)
    known = {reference.table: reference for reference in references}
    now = {(row.table, row.id): row.values for row in current}
    named = {(item.table, item.row_id) for item in items}
    others = [(key, now[key]) for key in sorted(now) if key not in named and key[0] in known]
    taken = {key for place, values in others for key in _keys(known[place[0]], values)}
    lost = {(item.table, item.row_id): _lost(item, now, known.get(item.table)) for item in items}
    for place, reason in lost.items():
        if reason is Reason.CHANGED and place[0] in known:
            taken |= set(_keys(known[place[0]], now[place]))
    writes, conflicts = [], []
    for item in reversed(items):
        place = (item.table, item.row_id)
        reason = lost[place] or _taken(item, now[place], known.get(item.table), taken)
        if reason is None:
            writes.append(Write(item.table, item.row_id, item.before))
        elif "merged_into" in item.after:
            raise IllegalTransitionError("this merge is no longer there to be taken back")
        else:
            conflicts.append(Conflict(item.table, item.row_id, reason))
    return UndoPlan(tuple(writes), tuple(conflicts))


def read_item(table: str, row_id: int, before: Values, after: Values) -> Item:
    """An item as it was stored."""
    rest = {name: value for name, value in after.items() if name != SEAL}
    return Item(table, row_id, dict(before), rest, str(after.get(SEAL, "")))


def _depth(start: int, merged_into: Mapping[int, int | None]) -> int:
    """How many merges stand in a row behind a record."""
    layer, depth = {start}, -1
    while layer and depth <= MOST_HOPS:
        layer = {each for each, into in merged_into.items() if into in layer}
        depth += 1
    return depth


def _divided(
    rows: Iterable[Row], known: Mapping[str, Reference], loser: int
) -> tuple[list[Row], list[Row]]:
    """The rows that point to the loser, and the others, each in the order of table and id."""
    moving: list[Row] = []
    staying: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.table, row.id)):
        points = loser in [row.values[column] for column in known[row.table].columns]
        (moving if points else staying).append(row)
    return moving, staying


def _item(
    reference: Reference, row: Row, into: int, loser: int, taken: set[tuple[object, ...]]
) -> Item | None:
    """What happens to one row: moved, ended where it would clash, None where it cannot be ended."""
    moved = _moved(reference, row, into, loser)
    keys = set(_keys(reference, {**row.values, **(moved or {})}))
    if moved is None or keys & taken:
        if not reference.end:
            return None
        over = bool(reference.ended) and bool(row.values[reference.ended])
        moved = {} if over else dict(reference.end)
    else:
        taken |= keys
    after = {name: value for name, value in moved.items() if row.values[name] != value}
    before = {name: row.values[name] for name in after}
    return Item(row.table, row.id, before, after, _seal(reference, {**row.values, **after}))


def _moved(reference: Reference, row: Row, into: int, loser: int) -> dict[str, object] | None:
    """The pointing columns of a row, moved; None for a pair of which both are now the same."""
    moved: dict[str, object] = {
        column: into if row.values[column] == loser else row.values[column]
        for column in reference.columns
    }
    if reference.itself:
        moved = {name: None if value == row.id else value for name, value in moved.items()}
    if not reference.pair:
        return moved
    low, high = sorted(int(str(value)) for value in moved.values())
    return None if low == high else dict(zip(reference.columns, (low, high), strict=True))


def _keys(reference: Reference, values: Values) -> Iterator[tuple[object, ...]]:
    """The places that a row takes in the unique keys of its table; an empty value takes none."""
    for unique in reference.unique:
        key = tuple(values[column] for column in unique.columns)
        if None not in key and not any(values[column] for column in unique.unless):
            yield (reference.table, unique.columns, unique.unless, *key)


def _check_order(merge: Merge, merges: Iterable[Merge]) -> None:
    if merge.undone:
        raise IllegalTransitionError("this merge was taken back already")
    both = (merge.survivor, merge.loser)
    for other in merges:
        later = other.id > merge.id and not other.undone
        if later and (other.survivor in both or other.loser in both):
            raise IllegalTransitionError("take the later merge of these customers back first")


def _lost(item: Item, now: Mapping[Key, Values], reference: Reference | None) -> Reason | None:
    """Whether a row is no longer what the merge made of it."""
    values = now.get((item.table, item.row_id))
    if values is None:
        return Reason.GONE
    if _plain({name: values.get(name) for name in item.after}) != _plain(item.after):
        return Reason.CHANGED
    sealed = _seal(reference or Reference(item.table, ()), values) if item.seal else ""
    return Reason.CHANGED if item.seal != sealed else None


def _taken(
    item: Item, values: Values, reference: Reference | None, taken: set[tuple[object, ...]]
) -> Reason | None:
    """Whether another row has the place that this one would return to."""
    keys = set(_keys(reference, {**values, **item.before})) if reference else set()
    if keys & taken:
        return Reason.TAKEN
    taken |= keys
    return None


def _seal(reference: Reference, values: Values) -> str:
    """A digest of a row, by which a later change of any column shows."""
    seen = {name: value for name, value in values.items() if name not in reference.beside}
    return hashlib.sha256(canonical_text(_plain(seen), "a row").encode()).hexdigest()


def _plain(values: Values) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
