"""Compares what a call led to with what its test expects.

`queue priority skills pop`: the last wait in a queue. `transfer`: the last place that was rung up.
`callback`: the last promise that was asked for. `voicemail survey payment ticket tickets sms
sms_count`: the verbs behind them are not built yet, so what is compared is what the flow **asked**
for each time such a verb was met (notes `unbuilt`). It becomes what really happened once a verb is
built; the test files stay as they are.

`path` and `exits` must come in this order, others may lie between. `outcome` and `ended` are those
of a call that has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ivr.domain import scalars
from ivr.domain.values import HIDDEN, Money, Sealed, Value
from ivr.flow.cases.leaks import leaks
from ivr.flow.cases.virtual import VirtualCall
from ivr.flow.cases.written.given import seconds
from ivr.flow.cases.written.names import Names
from ivr.flow.cases.written.talk import written
from ivr.flow.cases.written.wishes import NONE
from ivr.flow.reader_tree import List, Map, Node, Text

if TYPE_CHECKING:
    from ivr.flow.cases.model import Case, Wish
    from ivr.flow.cases.notes import Facts


@dataclass(frozen=True, slots=True)
class Difference:
    """A wish that was not met. line: the line of the conversation that shows it, -1 = the last."""

    wish: Wish
    message: str
    line: int = -1


Found = tuple[str, int]
"""What was there instead, and the line that shows it."""
Judge = Callable[[Node, VirtualCall, Names], "Found | None"]


def differences(case: Case, call: VirtualCall, names: Names) -> list[Difference]:
    """Every wish of a case that does not hold, in the order written."""
    found: list[Difference] = []
    for wish in case.expect:
        other = _JUDGES[wish.name](wish.wanted, call, names)
        if other is not None:
            message = f"{wish.name} {written(wish.wanted)}; {other[0]}"
            found.append(Difference(wish, message, other[1]))
    return found


def matches(wanted: Node, value: Value, names: Names) -> bool:
    """Whether a value is as written: maps match as subsets, lists item by item, `none` = absent."""
    if isinstance(value, Sealed):
        return False
    if isinstance(wanted, Map):
        return isinstance(value, Mapping) and all(
            matches(entry.value, value.get(entry.key.value), names) for entry in wanted.entries
        )
    if isinstance(wanted, List):
        if not isinstance(value, tuple) or len(value) != len(wanted.items):
            return False
        return all(matches(one, own, names) for one, own in zip(wanted.items, value, strict=True))
    if value is None or wanted.value == NONE:
        return value is None and wanted.value == NONE
    return _is(wanted.value, value, names)


def _is(text: str, value: Any, names: Names) -> bool:  # noqa: ANN401 - any value of a flow
    reader = _READERS.get(type(value))
    if reader is None:
        return str(value) == text
    try:
        return bool(reader(text, names) == (value.amount if type(value) is Money else value))
    except ValueError:
        return False


_READERS: Mapping[type, Callable[[str, Names], object]] = {
    bool: lambda text, _names: scalars.read_bool(text),
    int: lambda text, _names: int(text),
    Decimal: lambda text, _names: scalars.read_number(text),
    Money: lambda text, _names: scalars.read_number(text),
    date: lambda text, _names: scalars.read_date(text),
    time: lambda text, _names: scalars.read_time(text),
    datetime: lambda text, names: names.moment(text),
    timedelta: lambda text, _names: scalars.read_duration(text),
}


def shown(value: object) -> str:
    """A value as a message shows it."""
    if isinstance(value, Sealed):
        return HIDDEN
    if value is None:
        return NONE
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return f"{value.amount}" if isinstance(value, Money) else str(value)


def _last_of(verb: str, field: str, main: str = "") -> Judge:
    """The last one asked for: a field of it, or the whole if a map is wanted for the main one."""

    def judge(wanted: Node, call: VirtualCall, names: Names) -> Found | None:
        asked = call.record.asked.get(verb, [])
        last: Facts = asked[-1] if asked else {}
        whole = isinstance(wanted, Map) and (main or field) == field and main == field
        value: Value = dict(last) if whole else last.get(field)
        if matches(wanted, value, names):
            return None
        return (f"it was {shown(value)}" if asked else f"no {verb} was asked for"), -1

    return judge


def _some(verb: str) -> Judge:
    """Some one asked for is like this; `none` = none at all."""

    def judge(wanted: Node, call: VirtualCall, names: Names) -> Found | None:
        asked = call.record.asked.get(verb, [])
        if isinstance(wanted, Text) and wanted.value == NONE:
            return None if not asked else (f"one was {shown(asked[0])}", -1)
        if any(matches(wanted, dict(one), names) for one in asked):
            return None
        return (f"the last was {shown(asked[-1])}" if asked else "there was none"), -1

    return judge


def _count(verb: str) -> Judge:
    def judge(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
        count = len(call.record.asked.get(verb, []))
        return None if _text(wanted) == str(count) else (f"there were {count}", -1)

    return judge


def _text(node: Node) -> str:
    return node.value if isinstance(node, Text) else ""


def _words(node: Node) -> list[str]:
    nodes = node.items if isinstance(node, List) else (node,)
    return [_text(one) for one in nodes]


def _in_order(wanted: Sequence[str], found: Sequence[str]) -> str:
    """The first name that does not come after the one before it; "" if all do."""
    rest = iter(found)
    return next((name for name in wanted if name not in rest), "")


def _heard(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
    found = [one.prompt.name for one in call.record.heard]
    missed = _in_order(_words(wanted), found)
    return (f"{missed} was not heard", -1) if missed else None


def _not_heard(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
    unwanted = _words(wanted)
    for one in call.record.heard:
        if one.prompt.name in unwanted:
            return f"{one.prompt.name} was heard", one.line
    return None


def _says(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
    spoken = [one.prompt.text for one in call.record.heard]
    missed = next((text for text in _words(wanted) if text not in spoken), None)
    return None if missed is None else (f'nothing said is "{missed}"', -1)


def _language(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
    language = call.state.language
    return None if _text(wanted) == language else (f"it was {language}", -1)


def _closing(field: str) -> Judge:
    def judge(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
        if not call.record.closings:
            return "the call goes on", -1
        value = str(getattr(call.record.closings[0], field))
        return None if value == _text(wanted) else (f"it was {value}", -1)

    return judge


def _path(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
    missed = _in_order(_words(wanted), tuple(call.state.path))
    return (f"{missed} was not entered then", -1) if missed else None


def _exits(wanted: Node, call: VirtualCall, names: Names) -> Found | None:
    own = f"{names.flow.name}."
    known = names.bundle.flows
    full = [one if one.partition(".")[0] in known else own + one for one in _words(wanted)]
    missed = _in_order(full, call.record.exits)
    return (f"{missed} was not taken then", -1) if missed else None


def _vars(wanted: Node, call: VirtualCall, names: Names) -> Found | None:
    variables = call.state.frames[0].variables
    for entry in wanted.entries if isinstance(wanted, Map) else ():
        value = variables.get(entry.key.value)
        if not matches(entry.value, value, names):
            return f"{entry.key.value} was {shown(value)}", -1
    return None


def _nowhere(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
    texts = call.written()
    found = [form for form in (leaks(value, texts) for value in _words(wanted)) if form]
    return (f"it was found ({found[0]})", -1) if found else None


def _human_within(wanted: Node, call: VirtualCall, _names: Names) -> Found | None:
    reached_ms = call.watch.human_ms
    if reached_ms is None:
        return "no human step was reached", -1
    late = reached_ms > round(seconds(_text(wanted)) * 1000)
    return (f"it took {reached_ms / 1000:.1f} s", -1) if late else None


_JUDGES: Mapping[str, Judge] = {
    "queue": _last_of("queue", "queue", "queue"),
    "priority": _last_of("queue", "priority"),
    "skills": _last_of("queue", "skills"),
    "pop": _last_of("queue", "pop"),
    "transfer": _last_of("transfer", "transfer", "transfer"),
    "voicemail": _last_of("voicemail", "voicemail", "voicemail"),
    "callback": _last_of("callback", "queue", "queue"),
    "survey": _last_of("survey", "survey", "survey"),
    "payment": _last_of("pay", "payment", "payment"),
    "ticket": _some("ticket"),
    "sms": _some("sms"),
    "tickets": _count("ticket"),
    "sms_count": _count("sms"),
    "heard": _heard,
    "not_heard": _not_heard,
    "says": _says,
    "language": _language,
    "outcome": _closing("outcome"),
    "ended": _closing("ended_by"),
    "path": _path,
    "exits": _exits,
    "vars": _vars,
    "nowhere": _nowhere,
    "human_within": _human_within,
}
