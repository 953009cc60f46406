"""What expressions of the strategy `expression` may name, and what is wrong with them (ACD-E07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.expressions import ExpressionError, Names, infer, parse
from ivr.flow.types import NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.flow.types import Type

OF_AGENT = ("number", "idle_s", "calls", "talk_s", "occupied_s", "tier")
"""idle_s: since when he is free. calls, talk_s: of this queue today. occupied_s: busy in the last
hour."""
OF_CALL = ("waited_s", "step", "offers")
"""offers: how often somebody was rung up for him before."""


def names(skills: Iterable[str]) -> Names:
    """The names and their types. skills: those that are declared."""
    types: dict[str, Type] = {f"agent.{name}": NUMBER for name in OF_AGENT}
    types |= {f"agent.skills.{name}": NUMBER for name in skills}
    types |= {f"call.{name}": NUMBER for name in OF_CALL}
    return Names({**types, "call.priority": TEXT, "call.language": TEXT}, standard=False)


def wrong(text: str, known: Names) -> Iterator[str]:
    """What is wrong with one expression."""
    try:
        found = infer(parse(text), known, NUMBER, subject="rank")
    except ExpressionError as error:
        yield str(error)
        return
    for problem in found.problems:
        yield f"{problem.message}; {problem.hint}" if problem.hint else problem.message
