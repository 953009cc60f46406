"""Where the CPU of a server under load goes: of its main thread by layer, and of its other threads.

py-spy samples the main thread from outside, whenever it runs Python (`--gil`); what the kernel and
C libraries take meanwhile is shared out alike. Sampling slows the server a little, so only shares
are taken, of figures that were measured without it.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import ROOT, cpu_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PY_SPY = "py-spy"
A_SECOND = 250
LAYERS = (
    ("channels/sip/wire", "SIP messages, dialogs, offers"),
    ("channels/sip/endpoint", "SIP transports"),
    ("channels/sip/sound", "orders to the media worker"),
    ("channels/twilio/wire", "signature, form, URLs"),
    ("channels", "trunk"),
    ("web", "HTTP"),
    ("store", "journal, handed over"),
    ("domain/codec", "journal, as text"),
    ("runtime/sealing", "journal, as text"),
    ("runtime/entries", "journal, as text"),
    ("engine", "engine"),
    ("flow", "engine"),
    ("domain", "engine"),
    ("runtime", "mailbox, tasks, metrics"),
)
"""Where a file of ours stands -> what it does; the first that fits."""
LOOP = "event loop"
"""Layer of all else."""
OTHERS = "other threads (database)"
_MAIN = re.compile(r"thread \([^)]*\): MainThread;")
_FRAME = re.compile(rf"{re.escape(str(ROOT))}/ivr/(?P<path>[^;:]+):\d+\)")


@contextmanager
def sampled(pid: int) -> Iterator[dict[str, float]]:
    """Shares by layer, filled in when the block ends. It is said why if no samples came."""
    found: dict[str, float] = {}
    program = _program()
    if program is None:
        sys.stdout.write(f"{PY_SPY} is not installed, no rows by layer\n")
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="ivr-layers-") as name:
        stacks = Path(name) / "stacks"
        words = [program, "record", "--pid", str(pid), "--format", "raw", "--gil"]
        words += ["--rate", str(A_SECOND), "--duration", "600", "--threads", "--full-filenames"]
        with subprocess.Popen(  # noqa: S603 - fixed words
            [*words, "--output", str(stacks)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as spy:
            before_s = cpu_s(pid), _main_s(pid)
            try:
                yield found
            finally:  # else a load that breaks would wait for the whole duration
                spy.send_signal(signal.SIGINT)
            all_s, main_s = cpu_s(pid) - before_s[0], _main_s(pid) - before_s[1]
            said = spy.communicate()[1].decode(errors="replace")
        samples = by_layer(stacks.read_text()) if stacks.exists() else Counter()
    if samples and all_s:
        found |= shares(samples, main_s / all_s)
    else:
        sys.stdout.write(f"no samples of the server: {said[-300:]}\n")


def _main_s(pid: int) -> float:
    """CPU seconds of the main thread. Source: proc(5)."""
    return cpu_s(f"{pid}/task/{pid}")


def by_layer(stacks: str) -> Counter[str]:
    """Samples of each layer. stacks: `thread;frame;... count` a line, the innermost frame last."""
    found: Counter[str] = Counter()
    for line in filter(_MAIN.search, stacks.splitlines()):
        frames, _space, count = line.rpartition(" ")
        ours = [each["path"] for each in _FRAME.finditer(frames)]
        found[_layer(ours[-1]) if ours else LOOP] += int(count)
    return found


def shares(samples: Mapping[str, int], main: float) -> Mapping[str, float]:
    """Of each layer, the largest first. main: the share of the main thread."""
    whole = sum(samples.values())
    found = {layer: main * count / whole for layer, count in samples.items()}
    found[OTHERS] = 1 - main
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def _layer(path: str) -> str:
    return next((layer for where, layer in LAYERS if path.startswith(where)), LOOP)


def _program() -> str | None:
    """Beside the interpreter, as pip puts it, or anywhere else."""
    return shutil.which(PY_SPY, path=str(Path(sys.executable).parent)) or shutil.which(PY_SPY)
