"""Measures the server against benchmarks/bars.toml.

    python -m benchmarks bench [NAME...]     every benchmark, or only these
    python -m benchmarks soak [SECONDS]      random callers, retries and kills; 600 s if not said
    python -m benchmarks soak-sip [SECONDS]  phones that talk, hold and hand on; 60 s if not said

`bench` ends with 0 if everything could run: figures are for people to judge. The soaks end with 1
if something was wrong. All end with 2 if something could not run. For a short trial there are
IVR_BENCH_SECONDS (of each load) and IVR_BENCH_CALLS in the environment.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from benchmarks import (
    checking,
    engine,
    flow_tests,
    memory,
    outbox,
    pops,
    queue_kill,
    routing,
    routing_erlang,
    routing_host,
    routing_walk,
    sip,
    sip_kill,
    soak,
    soak_sip,
    start,
    store,
    survey_texts,
    survey_waves,
    tickets,
    webhooks,
)
from benchmarks.table import BARS, Benchmark, CannotRunError, Row, bars_of, machine, report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.table import Bar


def _engine() -> Sequence[Row]:
    """The engine's benchmark prints a table of its own."""
    engine.main(50_000)
    return ()


BENCHMARKS: Mapping[str, Benchmark] = {
    "engine": Benchmark("engine", "events a second, as above", (), _engine),
    **{
        module.BENCHMARK.name: module.BENCHMARK
        for module in (
            webhooks,
            flow_tests,
            checking,
            memory,
            routing,
            routing_host,
            routing_walk,
            routing_erlang,
            start,
            store,
            sip,
            sip_kill,
            queue_kill,
            pops,
            tickets,
            outbox,
            survey_texts,
            survey_waves,
        )
    },
}
SOAKS: Mapping[str, tuple[Callable[[float], Benchmark], float, str]] = {
    "soak": (soak.benchmark, soak.SECONDS, "random callers, retries and kills"),
    "soak-sip": (soak_sip.benchmark, soak_sip.SECONDS, "phones that talk, hold and hand on"),
}
GOOD, FOUND, CANNOT_RUN = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the server.")
    commands = parser.add_subparsers(dest="command", required=True)
    bench = commands.add_parser("bench", help="measure against benchmarks/bars.toml")
    bench.add_argument("names", nargs="*", type=_name, metavar="NAME", help=", ".join(BENCHMARKS))
    for name, (_make, seconds, what) in SOAKS.items():
        long = commands.add_parser(name, help=what)
        long.add_argument("seconds", nargs="?", type=float, default=seconds)
    said = parser.parse_args(arguments)
    if unknown := sorted({*getattr(said, "names", ())} - {*BENCHMARKS}):
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    print(machine(), "", sep="\n", flush=True)
    all_bars = bars_of(BARS.read_text(encoding="utf-8"))
    if said.command in SOAKS:
        missed = _printed(SOAKS[said.command][0](said.seconds), all_bars)
        return CANNOT_RUN if missed is None else FOUND if missed else GOOD
    done = [_printed(BENCHMARKS[name], all_bars) for name in said.names or BENCHMARKS]
    return CANNOT_RUN if None in done else GOOD


def _name(word: str) -> str:
    """A name as one writes it on a command line."""
    return word.replace("-", "_")


def _printed(benchmark: Benchmark, all_bars: Mapping[str, Mapping[str, Bar]]) -> int | None:
    """Run and print one table: how many bars were missed; None if it could not run."""
    try:
        text, missed = report(benchmark, benchmark.run(), all_bars.get(benchmark.name, {}))
    except (CannotRunError, OSError) as error:
        print(f"{benchmark.name} could not run: {error}\n", flush=True)
        return None
    print(text, flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
