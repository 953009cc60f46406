"""Which exits the calls of a test file took, against those its flows have written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.flow.cases.exits import ExitPlace, exits_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.flow.cases.model import CaseFile, CaseResult
    from ivr.flow.model import Bundle

SHOWN = 5
"""How many exits that were not taken one message names."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Exits of one flow and its sub-flows, those that `cover.skip` names left out."""

    taken: tuple[ExitPlace, ...]
    missed: tuple[ExitPlace, ...]

    @property
    def total(self) -> int:
        """How many exits count."""
        return len(self.taken) + len(self.missed)

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return len(self.taken) * 100 // self.total if self.total else 100

    def __str__(self) -> str:
        """`exits 31 of 50 (62%)`."""
        return f"exits {len(self.taken)} of {self.total} ({self.percent}%)"


def coverage(bundle: Bundle, results: Iterable[CaseResult], skip: Iterable[str] = ()) -> Coverage:
    """What these calls took. skip: names as in `cover.skip`, with or without the flow's own."""
    root = bundle.root.name
    left_out = {name for one in skip for name in (one, f"{root}.{one}")}
    seen = {name for result in results for name in result.exits}
    places = [place for place in exits_of(bundle) if place.name not in left_out]
    return Coverage(
        tuple(place for place in places if place.name in seen),
        tuple(place for place in places if place.name not in seen),
    )


def bar_problem(case_file: CaseFile, found: Coverage) -> Problem | None:
    """T204 when the calls take too few exits; None without a bar."""
    cover = case_file.cover
    if cover is None or len(found.taken) * 100 >= cover.percent * found.total:
        return None
    names = ", ".join(_words(place.name) for place in found.missed[:SHOWN])
    more = ", ..." if len(found.missed) > SHOWN else ""
    message = f"{found}, wanted {cover.percent}%; not taken: {names}{more}"
    return Problem("T204", Severity.FAIL, cover.at, message)


def missed_problems(found: Coverage) -> tuple[Problem, ...]:
    """F610 for each exit that no test takes, where the flow writes it."""
    return tuple(
        Problem(
            "F610",
            Severity.WARNING,
            place.at,
            f'no test takes exit "{place.exit}" of {place.flow}.{place.node}',
        )
        for place in found.missed
    )


def _words(name: str) -> str:
    """`bank.agent.queue.full` as `bank.agent.queue full`."""
    step, _, exit_ = name.rpartition(".")
    return f"{step} {exit_}"
