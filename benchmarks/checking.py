"""How long `ivr check` takes: a big generated flow, and the flows that ship.

Each run is a new process, since every first use counts for a command: the time is taken around the
command's own function after its modules were imported, and around the whole process.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from benchmarks.server import IVR, command, free_port, lay_out, shipped
from benchmarks.table import Benchmark, Row, middle, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NODES = 200
RUNS = 5
_SCRIPT = """
import sys, time
from pathlib import Path
from ivr.cli import checking
from ivr.config import load
began = time.perf_counter()
code = checking.check([], Path("config.yaml"), "text", verbose=False)
sys.stderr.write(f"{time.perf_counter() - began}")
sys.exit(code)
"""
_CONFIG = """
zone: Europe/Istanbul
languages: [tr, en]
flows: {folder: flows}
trunks:
  phone: {provider: simulator}
numbers:
  "+908502220000": {flow: big}
"""
_HEAD = """
flow: big
version: 1
languages: [tr, en]
start: node_0
vars:
  number: digits?
  visited: number = 0
always:
  "0": {do: back, words: {tr: [geri], en: [back]}}
rescue: {error: node_last, emergency: node_last}
nodes:
"""
_MENU = """  node_{here}:
    - say: said_{here}
    - set: {{visited: =visited + 1}}
    - when:
        - visited > {here} + 20: node_last
    - menu: asked_{here}
      keys: {{"1": node_{next}, "2": node_{far}, "3": node_last}}
      giveup: node_last
"""
_ASK = """  node_{here}:
    - say: said_{here}
    - ask: asked_{here}
      into: number
      digits: 4-8
      end_key: "#"
      check: like(number, '1*')
      giveup: node_{next}
    - when:
        - known(number) and number == '1234': node_{far}
    - go: node_{next}
"""
_LAST = """  node_last:
    - say: said_last
    - hangup: asked_last
"""


@dataclass(slots=True)
class Times:
    """Seconds of each run: checking, the whole process, and libyaml reading the same octets."""

    checking_s: list[float] = field(default_factory=list)
    process_s: list[float] = field(default_factory=list)
    yaml_s: list[float] = field(default_factory=list)

    def run(self, folder: Path) -> None:
        """Check the folder once each way."""
        self.yaml_s.append(_yaml_s((folder / "flows").rglob("*.yaml")))
        self.checking_s.append(_checking_s(folder))
        self.process_s.append(_process_s(folder))

    def rows(self, what: str, bar: str) -> list[Row]:
        """The medians; the first run, which fills the disk cache, is left out."""
        return [
            Row(f"{what}: yaml.CSafeLoader", middle(self.yaml_s[1:]), "s", is_baseline=True),
            Row(f"{what}: ivr check, after imports", middle(self.checking_s[1:]), "s", bar),
            Row(f"{what}: ivr check, whole process", middle(self.process_s[1:]), "s"),
        ]


def measure() -> Sequence[Row]:
    """Both folders in turn."""
    big, small = Times(), Times()
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name, shipped(free_port()) as folder:
        write_big_flow(Path(name))
        for _ in range(RUNS + 1):
            big.run(Path(name))
            small.run(folder)
    return [*big.rows(f"{NODES} nodes", "big_s"), *small.rows("shipped flows", "shipped_s")]


def write_big_flow(folder: Path) -> None:
    """A flow of 200 nodes that all use two of 400 prompts in two languages."""
    lay_out(folder, _CONFIG, big=big_flow(NODES), prompts=big_prompts(NODES))


def big_flow(nodes: int) -> str:
    """Menus and questions in turn, each leading to two others and to the end."""
    places = [
        (_MENU if here % 2 else _ASK).format(
            here=here, next=(here + 1) % (nodes - 1), far=(here * 7 + 3) % (nodes - 1)
        )
        for here in range(nodes - 1)
    ]
    return _HEAD + "".join((*places, _LAST))


def big_prompts(nodes: int) -> str:
    """Two prompts for each node."""
    places = [*range(nodes - 1), "last"]
    names = [f"{kind}_{here}" for here in places for kind in ("said", "asked")]
    lines = [
        f'{name}: {{tr: "Bölüm {room}. Devam için 1, ileri gitmek için 2, bitirmek için 3.", '
        f'en: "Part {room}. To go on press 1, to go far ahead press 2, to end press 3."}}'
        for room, name in enumerate(names, 100)
    ]
    return "\n".join((*lines, ""))


def _yaml_s(files: Iterable[Path]) -> float:
    octets = [file.read_bytes() for file in files]
    return seconds(lambda: [yaml.load(one, Loader=yaml.CSafeLoader) for one in octets])


def _checking_s(folder: Path) -> float:
    return float(command([sys.executable, "-c", _SCRIPT], folder)[1])


def _process_s(folder: Path) -> float:
    return seconds(lambda: command([*IVR, "check"], folder))


BENCHMARK = Benchmark(
    name="checking",
    title=f"seconds of `ivr check`, median of {RUNS} new processes",
    bars=("big_s", "shipped_s"),
    run=measure,
)
