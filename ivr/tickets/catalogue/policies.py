"""Reads `sla.yaml`: which promise holds for which ticket, and whom a late one is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.flow.expressions import Expression, infer
from ivr.flow.fields import Condition
from ivr.flow.load.findings import inside
from ivr.flow.reader_tree import List, Map
from ivr.flow.types import BOOL
from ivr.tickets.catalogue.conditions import FIXED, compared
from ivr.tickets.catalogue.shapes import (
    AllTargetFields,
    PolicyFields,
    RuleFields,
    RuleSetFields,
    TargetFields,
)
from ivr.tickets.sla.facts import PRIORITIES, SCOPE, SEVERITIES
from ivr.tickets.sla.policies import (
    BUILT_WAYS,
    CUSTOMER,
    METRICS,
    RECIPIENTS,
    ROLE,
    Policy,
    Rule,
    Targets,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ivr.domain.problem import Position
    from ivr.flow.reader_tree import Node
    from ivr.tickets.catalogue.reading import NamedMap, Reading


def read_policies(
    reading: Reading, node: Node | None, words: Mapping[str, Collection[str]]
) -> tuple[Policy, ...]:
    """The policies in the order written, which is their position, from 1.

    words: fact -> what it can be in this house: category, team, status, product.
    """
    named = enumerate(reading.entries(node, "policy"), 1)
    return tuple(_policy(reading, each, place, words) for place, each in named)


def _policy(
    reading: Reading, named: NamedMap, position: int, words: Mapping[str, Collection[str]]
) -> Policy:
    subject = f"policy {named.name}"
    fields = reading.settled(PolicyFields, named.raw, subject, hours="", targets=None)
    if fields.hours:
        reading.check(fields.hours, reading.around.calendars, "calendar", named.place("hours"))
    targets = _targets(reading, named)
    escalate = _escalate(reading, named, words["team"])
    for metric in escalate:
        if metric not in targets and not _is_written(named, metric):
            message = f"policy {named.name} promises no {metric}, so nothing can be late"
            at = _key_of(named, "escalate", metric)
            reading.findings.error("F926", at, message, f"write {metric} under targets")
    when = _condition(reading, named, fields.when, words)
    return Policy(named.name, position, fields.kind, when, fields.hours, targets, escalate)


def _condition(
    reading: Reading, named: NamedMap, when: object, words: Mapping[str, Collection[str]]
) -> Expression | None:
    """The condition; what is wrong with it has the codes of flow expressions."""
    node = named.raw.get("when")
    if not isinstance(when, Condition) or node is None:
        return None
    for problem in infer(when.expression, SCOPE, BOOL).problems:
        at = inside(node, problem.offset)
        found = Problem(problem.code, Severity.ERROR, at, problem.message, problem.hint)
        reading.findings.add(found)
    known = {**FIXED, **words}
    for each in compared(when.expression):
        if each.fact in known and not each.is_known(known[each.fact]):
            reading.check(each.word, known[each.fact], each.fact, inside(node, each.offset))
    return when.expression


def _targets(reading: Reading, named: NamedMap) -> dict[str, Targets]:
    """Metric -> its targets, in the order of METRICS."""
    node = named.raw.get("targets")
    if not isinstance(node, Map):
        if node is not None:
            message = "targets wants a map, as in {first_response: 1h}"
            reading.wrong(node, message)
        return {}
    before = len(reading.findings.problems)
    plain = reading.settled(AllTargetFields, node, "targets")
    special = {
        name: _special(reading, node, name)
        for name in (*PRIORITIES, *SEVERITIES)
        if node.get(name) is not None
    }
    found: dict[str, Targets] = {}
    for metric in METRICS:
        seconds = getattr(plain, metric)
        tables = [_table(special, names, metric) for names in (PRIORITIES, SEVERITIES)]
        if seconds is not None or any(tables):
            found[metric] = Targets(seconds, *tables)
    if not found and before == len(reading.findings.problems):
        reading.findings.error("F926", node.at, f"policy {named.name} promises nothing")
    return found


def _is_written(named: NamedMap, metric: str) -> bool:
    """Whether there is a target that could not be read, which is told at its place."""
    targets = named.raw.get("targets")
    return isinstance(targets, Map) and targets.get(metric) is not None


def _special(reading: Reading, targets: Map, name: str) -> TargetFields | None:
    node = targets.get(name)
    if not isinstance(node, Map):
        reading.wrong(node or targets, f"{name} wants a map, as in {{first_response: 15m}}")
        return None
    return reading.settled(TargetFields, node, name)


def _table(
    special: dict[str, TargetFields | None], names: Sequence[str], metric: str
) -> dict[str, int]:
    found = {name: getattr(special.get(name), metric, None) for name in names}
    return {name: seconds for name, seconds in found.items() if seconds is not None}


def _escalate(
    reading: Reading, named: NamedMap, teams: Collection[str]
) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for key, value in reading.pairs(named.raw.get("escalate"), "metric"):
        if not reading.check(key.value, METRICS, "metric", key.at):
            continue
        rules = (_rule(reading, each, teams) for each in _items(reading, value))
        found[key.value] = tuple(rules)
    return found


def _items(reading: Reading, node: Node) -> Iterator[Map]:
    """The maps of a list; anything else is told."""
    for each in node.items if isinstance(node, List) else (node,):
        if isinstance(each, Map):
            yield each
        else:
            message = "a list of rules is wanted here, each as {at: 75%, tell: [assignee]}"
            reading.wrong(each, message)


def _rule(reading: Reading, raw: Map, teams: Collection[str]) -> Rule:
    fields = reading.settled(RuleFields, raw, "rule", at="100%")
    changes = _changes(reading, raw, teams)
    _check_recipients(reading, raw, fields)
    if fields.most is not None and fields.repeat is None:
        reading.findings.error("F926", _at(raw, "most"), "most without repeat says nothing")
    if fields.most == 0:
        reading.findings.error("F926", _at(raw, "most"), "a rule that never fires; write 1 or more")
    if raw.get("tell") is None and raw.get("set") is None:
        reading.findings.error("F926", raw.at, "the rule does nothing; write tell or set")
    elif (raw.get("tell") is None) != (raw.get("by") is None):
        message = "tell and by go together: who is told, and how"
        reading.findings.error("F926", raw.at, message)
    _check_ways(reading, raw, fields)
    return Rule(
        fields.at,
        fields.plus or 0,
        fields.tell,
        fields.by,
        changes,
        fields.repeat,
        fields.most,
        fields.any_hour,
    )


def _changes(reading: Reading, raw: Map, teams: Collection[str]) -> dict[str, str]:
    node = raw.get("set")
    if node is None:
        return {}
    if not isinstance(node, Map):
        reading.wrong(node, "set wants a map, as in {priority: urgent}")
        return {}
    fields = reading.settled(RuleSetFields, node, "set")
    if fields.team:
        reading.check(fields.team, teams, "team", _at(node, "team"))
    return {name: str(value) for name, value in fields if value is not None}


def _check_recipients(reading: Reading, raw: Map, fields: RuleFields) -> None:
    node = raw.get("tell")
    for place, name in enumerate(fields.tell):
        at = node.items[place].at if isinstance(node, List) else raw.at
        if not (name.startswith(ROLE) and name != ROLE):
            reading.check(name, RECIPIENTS, "recipient", at)


def _check_ways(reading: Reading, raw: Map, fields: RuleFields) -> None:
    """Warn of what nobody carries out yet."""
    for way in fields.by:
        if way not in BUILT_WAYS:
            message = f"nobody is told by {way} yet; write {' or '.join(BUILT_WAYS)}"
            reading.findings.warning("F929", _at(raw, "by"), message)
    if CUSTOMER in fields.tell:
        message = "escalations do not reach the customer yet; take it out"
        reading.findings.warning("F929", _at(raw, "tell"), message)


def _at(raw: Map, key: str) -> Position:
    node = raw.get(key)
    return node.at if node is not None else raw.at


def _key_of(named: NamedMap, section: str, name: str) -> Position:
    node = named.raw.get(section)
    entry = node.entry(name) if isinstance(node, Map) else None
    return entry.key.at if entry else named.at
