"""Reads the lists of `catalogue.yaml` beside the categories: statuses, products and teams."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.tickets.catalogue.model import Product, Team
from ivr.tickets.catalogue.shapes import ProductFields, StatusFields, TeamFields
from ivr.tickets.states import DEFAULT_STATUSES, MERGED, Status

if TYPE_CHECKING:
    from ivr.domain.problem import Position
    from ivr.flow.reader_tree import Node
    from ivr.tickets.catalogue.reading import NamedMap, Reading


def read_teams(reading: Reading, node: Node | None) -> dict[str, Team]:
    """The teams by name. F920 for a team above that is not there, F925 for teams in a circle."""
    found: dict[str, Team] = {}
    named = list(reading.entries(node, "team"))
    known = (*reading.around.teams, *(each.name for each in named))
    for each in named:
        fields = reading.settled(TeamFields, each.raw, f"team {each.name}")
        if fields.parent:
            reading.check(fields.parent, known, "team", each.place("parent"))
        labels = reading.labels(each.raw, "label", f"team {each.name}")
        found[each.name] = Team(each.name, labels, fields.parent)
    for each in named:
        if _is_above_itself(each.name, found):
            message = f"team {each.name} stands above itself"
            reading.findings.error("F925", each.place("parent"), message)
    return found


def _is_above_itself(name: str, teams: dict[str, Team]) -> bool:
    above, left = name, len(teams)
    while above in teams and left >= 0:
        above, left = teams[above].parent, left - 1
        if above == name:
            return True
    return False


def read_statuses(reading: Reading, node: Node | None) -> dict[str, Status]:
    """The statuses that every house has, some perhaps reworded, and those of this house."""
    found = dict(DEFAULT_STATUSES)
    for named in reading.entries(node, "status"):
        fields = reading.shaped(StatusFields, named.raw, f"status {named.name}")
        if fields is None:
            continue
        default = DEFAULT_STATUSES.get(named.name)
        if default is not None:
            _check_default(reading, named, fields, default)
        status = Status(
            named.name,
            fields.type,
            reading.labels(named.raw, "label", f"status {named.name}"),
            reading.labels(named.raw, "public", f"status {named.name}"),
            fields.active,
        )
        found[named.name] = _worded(reading, named, status, default)
    if node is not None:
        _check_languages(reading, node.at, found)
    return found


def _check_languages(reading: Reading, at: Position, found: dict[str, Status]) -> None:
    """F922 where a status that every house has was not worded in a language of this one."""
    for name, status in found.items():
        if status.labels != DEFAULT_STATUSES.get(name, Status("", "")).labels:
            continue
        for language in reading.around.languages:
            if language not in status.labels:
                message = f"status {name} has no {language}"
                reading.findings.error("F922", at, message, "word it under statuses")


def _check_default(
    reading: Reading, named: NamedMap, fields: StatusFields, default: Status
) -> None:
    """F925: what every house has keeps its type and stays in use."""
    if fields.type != default.type:
        message = f"status {named.name} is {default.type} in every house"
        reading.findings.error("F925", named.place("type"), message)
    if not fields.active:
        message = f"status {named.name} cannot be taken out of use"
        reading.findings.error("F925", named.place("active"), message)


def _worded(reading: Reading, named: NamedMap, status: Status, default: Status | None) -> Status:
    """With the labels that every house has where this one wrote none; F102 if there are none."""
    if default is not None:
        labels = status.labels or default.labels
        return replace(status, labels=labels, public=status.public or default.public)
    wanted = ("label",) if status.type == MERGED else ("label", "public")
    for key in wanted:
        if named.raw.get(key) is None:
            reading.findings.error("F102", named.at, f'status {named.name} needs "{key}"')
    return status


def read_products(reading: Reading, node: Node | None) -> dict[str, Product]:
    """The tree of products by path; attributes are handed down."""
    reader = _Products(reading)
    reader.read(node, Product("", "", {}))
    reader.check_related()
    return reader.found


class _Products:
    """One reading of the tree."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._codes: dict[str, Position] = {}
        self._related: list[tuple[str, Position]] = []
        self.found: dict[str, Product] = {}

    def read(self, node: Node | None, above: Product) -> None:
        for named in self._reading.entries(node, "product", dotted=above.path):
            subject = f"product {named.path}"
            fields = self._reading.settled(ProductFields, named.raw, subject, label=None)
            self.found[named.path] = found = self._product(named, fields, above)
            self.read(named.raw.get("children"), found)

    def check_related(self) -> None:
        """F920 for related products that are not there."""
        for code, at in self._related:
            self._reading.check(code, self._codes, "product", at)

    def _product(self, named: NamedMap, fields: ProductFields, above: Product) -> Product:
        code = fields.code or named.name
        at = named.place("code") if fields.code else named.at
        self._reading.once(self._codes, code, "code", at)
        self._related += [
            (each, named.places("related", place)) for place, each in enumerate(fields.related)
        ]
        return Product(
            named.path,
            code,
            self._reading.labels(named.raw, "label", named.path),
            above.path,
            fields.level,
            {**above.attributes, **fields.attributes},
            fields.related,
            fields.active,
        )
