"""What every benchmark hands back, and the one way in which all of them are printed."""

from __future__ import annotations

import os
import platform
import statistics
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

BARS = Path(__file__).with_name("bars.toml")
NOT_MEASURED = "NOT MEASURED"
BUSY = 1.0
"""Load average above which other work on the machine shows in the figures."""


class CannotRunError(Exception):
    """This machine or tree cannot run the benchmark; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. bar: its name in bars.toml. is_baseline: what the others are compared with."""

    what: str
    figure: float
    unit: str
    bar: str = ""
    is_baseline: bool = False


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One table. bars: names in bars.toml, each of which `run` must give a row."""

    name: str
    title: str
    bars: tuple[str, ...]
    run: Callable[[], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit: `at_least` so much, or `under` so much."""

    kind: str
    limit: float

    def is_met(self, figure: float) -> bool:
        """Whether a figure is good enough."""
        return figure >= self.limit if self.kind == "at_least" else figure < self.limit

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.limit:g}"


def bars_of(text: str) -> Mapping[str, Mapping[str, Bar]]:
    """Benchmark -> figure -> bar, out of bars.toml. Raises ValueError for any other shape."""
    return {
        benchmark: {name: _bar(f"{benchmark}.{name}", row) for name, row in rows.items()}
        for benchmark, rows in tomllib.loads(text).items()
    }


def _bar(name: str, row: Mapping[str, float]) -> Bar:
    if len(row) != 1 or not {"at_least", "under"}.issuperset(row):
        raise ValueError(f"{name} needs at_least or under")
    ((kind, limit),) = row.items()
    return Bar(kind, float(limit))


def report(benchmark: Benchmark, rows: Iterable[Row], bars: Mapping[str, Bar]) -> tuple[str, int]:
    """The table as text, and how many bars were missed or not measured."""
    verdicts = dict.fromkeys(benchmark.bars, NOT_MEASURED)
    lines = []
    for row in rows:
        bar = bars[row.bar] if row.bar else None
        verdict = "baseline" if row.is_baseline else ""
        if bar is not None:
            verdict = verdicts[row.bar] = "pass" if bar.is_met(row.figure) else "MISS"
        lines.append(_line(row, str(bar or ""), verdict))
    lines += [
        f"  {name}: {verdict}" for name, verdict in verdicts.items() if verdict == NOT_MEASURED
    ]
    missed = sum(verdict != "pass" for verdict in verdicts.values())
    return "\n".join((f"{benchmark.name}: {benchmark.title}", *lines, "")), missed


def _line(row: Row, bar: str, verdict: str) -> str:
    return f"  {row.what:<52} {shown(row.figure):>9} {row.unit:<12} {bar:<14} {verdict}".rstrip()


def shown(figure: float) -> str:
    """A count as it is, a measurement with about three digits."""
    digits = 0 if isinstance(figure, int) or figure >= 100 else 1 if figure >= 10 else 3
    return f"{figure:,.{digits}f}"


def machine() -> str:
    """What the figures were measured on, with a warning if it had other work."""
    load = os.getloadavg()[0]
    facts = f"{os.cpu_count()} cpus, {platform.platform(terse=True)} {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    text = f"machine: {facts}, {python}, load average {load:.2f}"
    return f"{text}\nwarning: other work is running here" if load > BUSY else text


def middle(figures: Iterable[float]) -> float:
    """The median."""
    return statistics.median(figures)


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def parameter(name: str, default: float) -> float:
    """A number from the environment, so that a trial can be short: IVR_BENCH_<NAME>."""
    return float(os.environ.get(f"IVR_BENCH_{name}", default))
