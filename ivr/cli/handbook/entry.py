"""One thing that can be explained: a verb, a field, a code, a key, a figure or a command."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.flow.fields import Valued


@dataclass(frozen=True, slots=True)
class Entry:
    """kind: what it is, as a heading. short: one sentence. lines: the rest, ready to print."""

    kind: str
    name: str
    short: str
    lines: tuple[str, ...] = ()


def table(rows: list[tuple[str, str]], indent: str = "  ") -> tuple[str, ...]:
    """Two columns as lines."""
    wide = max((len(left) for left, _ in rows), default=0)
    return tuple(f"{indent}{left:<{wide}}  {right}".rstrip() for left, right in rows)


def sentence(doc: str | None) -> str:
    """The first paragraph of a docstring on one line; empty if there is none."""
    return " ".join((doc or "").strip().partition("\n\n")[0].split())


def written(value: object) -> str:
    """A default as an author would write it: `5s`, `true`, `=call.id`; empty if it says nothing."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value / 3600:g}h" if value >= 3600 else f"{value:g}s"
    if isinstance(value, Valued):
        return value.text
    return str(value) if isinstance(value, (int, str)) else ""
