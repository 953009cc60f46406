"""Reads `expect`: every field, and every name and value in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.domain.call import EndedBy
from ivr.flow.cases.model import Wish
from ivr.flow.cases.written.given import seconds
from ivr.flow.cases.written.names import Names
from ivr.flow.cases.written.tree import Reading, whole_number
from ivr.flow.reader_tree import Map, Node

if TYPE_CHECKING:
    from ivr.domain.values import Value
    from ivr.flow.model import Flow, Variable

Check = Callable[[Node, Names, Reading], None]
NONE = "none"
"""Written where nothing must be."""


def read_wishes(node: Node | None, names: Names, reading: Reading) -> tuple[Wish, ...]:
    """What must come of the call; fields with mistakes are left in, the file does not run."""
    found = reading.entries(node, _CHECKS, "expect")
    for name, entry in found.items():
        _CHECKS[name](entry.value, names, reading)
    return tuple(Wish(name, entry.value, entry.key.at) for name, entry in found.items())


def _anything(_node: Node, _names: Names, _reading: Reading) -> None:
    """Compared as written."""


def _named(kind: str, known: Callable[[Names], tuple[str, ...]], fields: tuple[str, ...]) -> Check:
    """A name, `none`, or a map of which the first field is that name."""

    def check(node: Node, names: Names, reading: Reading) -> None:
        if isinstance(node, Map):
            found = reading.entries(node, fields, f"expect {kind}")
            entry = found.get(fields[0])
            node = entry.value if entry else node
        text = None if isinstance(node, Map) else reading.text(node, kind)
        if text is not None and text.value != NONE:
            reading.name(text, known(names), kind)

    return check


def _record(subject: str, fields: tuple[str, ...], prompt: str) -> Check:
    """A map; one field of it names a prompt."""

    def check(node: Node, names: Names, reading: Reading) -> None:
        if not isinstance(node, Map) and getattr(node, "value", "") == NONE:
            return
        found = reading.entries(node, fields, f"expect {subject}")
        text = reading.text(found[prompt].value, subject) if prompt in found else None
        if text is not None:
            reading.name(text, names.prompts, "prompt")

    return check


def _names(kind: str, known: Callable[[Names], tuple[str, ...]]) -> Check:
    def check(node: Node, names: Names, reading: Reading) -> None:
        allowed = known(names)
        for text in reading.texts(node, f"expect {kind}"):
            reading.name(text, allowed, kind)

    return check


def _texts(subject: str) -> Check:
    def check(node: Node, _names_: Names, reading: Reading) -> None:
        for text in reading.texts(node, f"expect {subject}"):
            if not text.value:
                reading.error("T103", text.at, f"expect {subject} is empty")

    return check


def _value(subject: str, read: Callable[[str], object]) -> Check:
    def check(node: Node, _names_: Names, reading: Reading) -> None:
        reading.parsed(node, read, f"expect {subject}", None)

    return check


def _number(node: Node, names: Names, reading: Reading) -> None:
    if getattr(node, "value", "") != NONE:
        reading.parsed(node, whole_number, "expect priority", 0)


def _map(subject: str) -> Check:
    def check(node: Node, _names_: Names, reading: Reading) -> None:
        if getattr(node, "value", "") != NONE:
            reading.all_entries(node, f"expect {subject}")

    return check


def _vars(node: Node, names: Names, reading: Reading) -> None:
    known = variables_of(names.flow)
    for entry in reading.all_entries(node, "expect vars"):
        if not reading.name(entry.key, known, "variable"):
            continue
        text = reading.text(entry.value, f"expect vars.{entry.key.value}")
        if text is not None and text.value != NONE:
            _variable(text.value, entry.value, known[entry.key.value], names, reading)


def _variable(text: str, node: Node, variable: Variable, names: Names, reading: Reading) -> None:
    subject = f"expect vars.{variable.name}"
    if variable.type.sealed:
        message = f"{subject} is sealed; only none can be expected"
        reading.error("T103", node.at, message)
        return
    if not variable.type.is_record:

        def read(given: str) -> Value:
            return names.literal(given, variable.type.present)

        reading.parsed(node, read, subject, None)


def variables_of(flow: Flow) -> Mapping[str, Variable]:
    """Every variable of the flow itself."""
    return {**flow.inputs, **flow.outputs, **flow.variables}


_CHECKS: Mapping[str, Check] = {
    "queue": _named("queue", lambda n: n.world.queues, ("queue", "priority", "skills", "pop")),
    "priority": _number,
    "skills": _anything,
    "pop": _map("pop"),
    "transfer": _named("place", lambda n: tuple(n.world.places), ("transfer", "kind")),
    "voicemail": _anything,
    "callback": _named("queue", lambda n: n.world.queues, ("queue", "number", "at", "pop")),
    "survey": _named("survey", lambda n: n.world.surveys, ("survey",)),
    "payment": _named("payment", lambda n: n.world.payments, ("payment", "amount")),
    "ticket": _record(
        "ticket", ("subject", "text", "priority", "customer", "tags", "category"), "subject"
    ),
    "sms": _record("sms", ("to", "says", "text"), "says"),
    "tickets": _value("tickets", whole_number),
    "sms_count": _value("sms_count", whole_number),
    "heard": _names("prompt", lambda n: n.prompts),
    "not_heard": _names("prompt", lambda n: n.prompts),
    "says": _texts("says"),
    "language": _names("language", lambda n: n.flow.languages),
    "outcome": _names("outcome", lambda n: n.outcomes),
    "ended": _names("end", lambda _n: tuple(str(one) for one in EndedBy)),
    "path": _names("node", lambda n: n.nodes),
    "exits": _names("exit", lambda n: n.exits),
    "vars": _vars,
    "nowhere": _texts("nowhere"),
    "human_within": _value("human_within", seconds),
}
