"""10,000 invitations by text through the simulator, with the server killed twice on the way.

The server is a process with an SQLite database and virtual time (nobody is written to at night); it
is killed after a third and after two thirds. Each caller must get the first question exactly once.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.table import Benchmark, Row, parameter
from tests.fakes.survey_kill import killed_twice, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

INVITATIONS = 10_000


def measure() -> Sequence[Row]:
    """Two kills."""
    many = int(parameter("CALLS", INVITATIONS))
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as name:
        folder = Path(name)
        prepare(folder, many)
        found = asyncio.run(killed_twice(folder, many))
    return [
        Row("invitations not sent exactly once", many - found.sent_once, "", "not_once"),
        Row("invitations not delivered", many - found.delivered, ""),
        Row("invitations a second, starts included", many / found.seconds, "1/s", "rate"),
    ]


BENCHMARK = Benchmark(
    "survey_texts",
    "invitations by text through the simulator, server killed twice",
    ("not_once", "rate"),
    measure,
)
