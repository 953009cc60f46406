"""Reads `talk`: what the caller, the far side and the server do, one thing after another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ivr.domain import scalars
from ivr.flow.cases.model import (
    KEY_PAUSE_S,
    Act,
    AgentActs,
    Deed,
    HangsUp,
    Hears,
    Loses,
    Presses,
    Records,
    Restarts,
    Retries,
    Says,
    Silence,
    Switches,
    Waits,
)
from ivr.flow.cases.written.given import read_switches, seconds
from ivr.flow.cases.written.names import Names
from ivr.flow.cases.written.tree import Reading
from ivr.flow.reader_tree import Entry, List, Map, Node, Text

Reader = Callable[[Node, Names, Reading], "Deed | None"]
KEYS = "0123456789*#"
_TIMES = re.compile(r"([1-9][0-9]?) times?")
_AGENT = ("answers", "rejects", "hangs_up", "holds")


def read_talk(node: Node | None, names: Names, reading: Reading) -> tuple[Act, ...]:
    """The steps of a call, in order."""
    acts = (_act(item, names, reading) for item in reading.items(node, "talk"))
    return tuple(act for act in acts if act is not None)


def _act(node: Node, names: Names, reading: Reading) -> Act | None:
    found = reading.entries(node, _READERS, "talk")
    if len(found) != 1:
        if isinstance(node, Map) and len(node.entries) != 1:
            reading.error("T103", node.at, "a step of talk is one thing; write each on its own")
        return None
    ((name, entry),) = found.items()
    deed = _READERS[name](entry.value, names, reading)
    return None if deed is None else Act(deed, f"{name} {written(entry.value)}", entry.key.at)


def written(node: Node) -> str:
    """A value as a message shows it."""
    if isinstance(node, Text):
        is_keys = bool(node.value) and set(node.value) <= set(KEYS)
        return f'"{node.value}"' if is_keys else node.value
    if isinstance(node, List):
        return ", ".join(_inner(item) for item in node.items)
    return ", ".join(f"{entry.key.value} {_inner(entry.value)}" for entry in node.entries)


def _inner(node: Node) -> str:
    """A value inside another one."""
    if isinstance(node, Text):
        return node.value
    return f"[{written(node)}]" if isinstance(node, List) else f"{{{written(node)}}}"


def _hears(node: Node, names: Names, reading: Reading) -> Deed | None:
    texts = reading.texts(node, "hears")
    known = names.prompts
    return Hears(tuple(text.value for text in texts if reading.name(text, known, "prompt")))


def _presses(node: Node, names: Names, reading: Reading) -> Deed | None:
    if not isinstance(node, Map):
        keys = reading.parsed(node, _keys, "presses", "")
        return Presses(keys) if keys else None
    found = reading.entries(node, ("keys", "after", "gap", "during"), "presses")
    if "keys" not in found:
        reading.error("T102", node.at, 'presses needs "keys"')
        return None
    keys = reading.parsed(found["keys"].value, _keys, "presses", "")
    after_s = _time(found.get("after"), reading, "after")
    gap_s = _time(found.get("gap"), reading, "gap")
    during = reading.text(found["during"].value, "during") if "during" in found else None
    if during is not None and not reading.name(during, names.prompts, "prompt"):
        return None
    return Presses(keys, after_s, gap_s, during.value if during else "")


def _time(entry: Entry | None, reading: Reading, name: str) -> float:
    node = entry.value if entry else None
    return reading.parsed(node, seconds, f"presses {name}", KEY_PAUSE_S)


def _keys(text: str) -> str:
    if not text or not set(text) <= set(KEYS):
        raise ValueError(f'"{text}" are no keys; write digits, "*" or "#"')
    return text


def _says(node: Node, _names: Names, reading: Reading) -> Deed | None:
    text = reading.text(node, "says")
    return None if text is None else Says(text.value)


def _silence(node: Node, _names: Names, reading: Reading) -> Deed | None:
    return reading.parsed(node, _read_silence, "silence", None)


def _read_silence(text: str) -> Silence:
    times = _TIMES.fullmatch(text)
    if times is not None:
        return Silence(times=int(times[1]))
    try:
        return Silence(seconds=seconds(text))
    except ValueError:
        raise ValueError(f'"{text}" is neither "3 times" nor a duration such as 20s') from None


def _lasting(kind: Callable[[float], Deed], name: str) -> Reader:
    def read(node: Node, _names: Names, reading: Reading) -> Deed | None:
        length_s = reading.parsed(node, seconds, name, None)
        return None if length_s is None else kind(length_s)

    return read


def _fixed(deed: Deed, name: str, word: str) -> Reader:
    """A step that has only one value, as in `hangs_up: true`."""

    def read(node: Node, _names: Names, reading: Reading) -> Deed | None:
        if word == "true":
            done = reading.parsed(node, scalars.read_bool, name, None)
            if done is False:
                reading.error("T103", node.at, f"{name}: write true, or leave the step out")
            return deed if done else None
        return deed if reading.choice(node, (word,), name, "") else None

    return read


def _agent(node: Node, names: Names, reading: Reading) -> Deed | None:
    if not isinstance(node, Map):
        act = reading.choice(node, _AGENT, "agent", "")
        return AgentActs(act) if act else None
    found = reading.entries(node, ("transfers",), "agent")
    place = reading.text(found["transfers"].value, "transfers") if "transfers" in found else None
    if place is None or not reading.name(place, names.world.places, "place"):
        return None
    return AgentActs("transfers", place.value)


def _switches(node: Node, names: Names, reading: Reading) -> Deed | None:
    return Switches(read_switches(node, names, reading))


_READERS: Mapping[str, Reader] = {
    "hears": _hears,
    "presses": _presses,
    "says": _says,
    "silence": _silence,
    "waits": _lasting(Waits, "waits"),
    "records": _lasting(Records, "records"),
    "hangs_up": _fixed(HangsUp(), "hangs_up", "true"),
    "agent": _agent,
    "restart": _fixed(Restarts(), "restart", "server"),
    "retry": _fixed(Retries(), "retry", "webhook"),
    "loses": _fixed(Loses(), "loses", "channel"),
    "switch": _switches,
}
