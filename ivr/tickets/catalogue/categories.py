"""Reads the tree of categories, and the other lists of `catalogue.yaml`.

What a category does not say it has from the one above it: team, queue, kind, priority, severity,
announceable and reopen_days. Form and checklist are its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ivr.flow.reader_tree import List, Map, Text
from ivr.tickets.catalogue.form_fields import read_form
from ivr.tickets.catalogue.model import Category
from ivr.tickets.catalogue.shapes import CategoryFields, StartFields
from ivr.tickets.checklists import Item, read_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.problem import Position
    from ivr.flow.reader_tree import Node
    from ivr.tickets.catalogue.reading import NamedMap, Reading

T = TypeVar("T", str, bool, int)
DEEPEST = 6
"""Levels of categories; deeper than that nobody finds one."""
_ROOT = Category("", "", {})


def read_categories(
    reading: Reading, node: Node | None, teams: Sequence[str]
) -> dict[str, Category]:
    """Every category by its path, those above before those below. teams: that are known."""
    reader = _Tree(reading, teams)
    reader.read(node, _ROOT)
    return reader.found


class _Tree:
    """One reading of the whole tree."""

    def __init__(self, reading: Reading, teams: Sequence[str]) -> None:
        self._reading = reading
        self._teams = teams
        self._codes: dict[str, Position] = {}
        self.found: dict[str, Category] = {}

    def read(self, node: Node | None, above: Category) -> None:
        for named in self._reading.entries(node, "category", dotted=above.path):
            if named.path.count(".") >= DEEPEST:
                message = f"categories have at most {DEEPEST} levels"
                self._reading.findings.error("F005", named.at, message)
                continue
            subject = f"category {named.path}"
            fields = self._reading.settled(CategoryFields, named.raw, subject, label=None)
            self.found[named.path] = found = self._category(named, fields, above)
            self.read(named.raw.get("children"), found)

    def _category(self, named: NamedMap, fields: CategoryFields, above: Category) -> Category:
        reading = self._reading
        self._check_names(named, fields)
        code = fields.code or named.path
        reading.once(self._codes, code, "code", named.place("code") if fields.code else named.at)
        start = self._start(named)
        return Category(
            path=named.path,
            code=code,
            labels=reading.labels(named.raw, "label", named.path),
            parent=above.path,
            team=_own(fields.team, above.team),
            queue=_own(fields.queue, above.queue),
            kind=start.kind or above.kind,
            priority=start.priority or above.priority,
            severity=start.severity or above.severity,
            form=read_form(reading, named.raw.get("form"), named.path),
            checklist=self._checklist(named),
            announceable=_own(fields.ivr_announceable, above.announceable),
            reopen_days=_own(fields.reopen_days, above.reopen_days),
            active=fields.active,
        )

    def _check_names(self, named: NamedMap, fields: CategoryFields) -> None:
        if fields.team:
            self._reading.check(fields.team, self._teams, "team", named.place("team"))
        if fields.queue:
            queues = self._reading.around.queues
            self._reading.check(fields.queue, queues, "queue", named.place("queue"))

    def _start(self, named: NamedMap) -> StartFields:
        node = named.raw.get("set")
        if node is None:
            return StartFields()
        if not isinstance(node, Map):
            self._reading.wrong(node, "set wants a map, as in {kind: complaint}")
            return StartFields()
        return self._reading.settled(StartFields, node, "set")

    def _checklist(self, named: NamedMap) -> tuple[Item, ...]:
        node = named.raw.get("checklist")
        written = node.items if isinstance(node, List) else ()
        seen: dict[str, Position] = {}
        items: list[Item] = []
        for each in written:
            item = self._item(each) if isinstance(each, Text) else None  # else told as F103
            if item is not None:
                self._reading.once(seen, item.text, "item", each.at)
                items.append(item)
        return tuple(items)

    def _item(self, written: Text) -> Item | None:
        try:
            return read_item(written.value)
        except ValueError as error:
            self._reading.findings.error("F103", written.at, str(error))
            return None


def _own(written: T | None, above: T) -> T:
    return above if written is None else written
