"""The workshop's process, spoken to as the server does."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ivr.media.wav import Clip, write_wav
from ivr.runtime.speech.entry import read_entry
from ivr.runtime.speech.worker import work

if TYPE_CHECKING:
    from pathlib import Path

WAV = write_wav(Clip(bytes(640), 8000))


def order(kind: str, stem: object, data: bytes) -> bytes:
    head = {"kind": kind, "stem": str(stem), "octets": len(data)}
    return json.dumps(head).encode() + b"\n" + data


def answers(*orders: bytes) -> list[dict[str, Any]]:
    out = BytesIO()
    work(BytesIO(b"".join(orders)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_orders_are_answered_in_their_order(tmp_path: Path) -> None:
    said = answers(
        order("recording", tmp_path / "a", WAV),
        order("recording", tmp_path / "b", b"no sound"),
        order("silence", tmp_path / "c", b"5"),
    )
    wrong = {"error": "not a WAV file; wants mono PCM16, A-law or mu-law"}
    assert said == [{"frames": 2}, wrong, {"frames": 5}]
    assert [read_entry(tmp_path / name) for name in "abc"] == [2, 0, 5]


def test_a_disk_that_refuses_is_told() -> None:
    [said] = answers(order("silence", "/proc/nowhere/x", b"1"))
    assert said["error"].startswith("the sound cannot be written: ")


def test_the_process_ends_with_its_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ivr.runtime.speech.worker"]
    data = order("silence", tmp_path / "a", b"1")
    done = subprocess.run(command, input=data, capture_output=True, timeout=20, check=True)  # noqa: S603
    assert (json.loads(done.stdout), done.stderr) == ({"frames": 1}, b"")
