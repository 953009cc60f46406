"""Other programs: no shell, no secrets, always an end."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest
import uvloop

from ivr.domain.errors import MediaError
from ivr.runtime.speech.programs import environment, output

if TYPE_CHECKING:
    from collections.abc import Callable


async def run(code: str, text: bytes = b"", limit_s: float = 10.0, most: int = 1000) -> bytes:
    return await output((sys.executable, "-c", code), text, limit_s, most)


async def test_a_program_gets_its_text_and_gives_its_answer() -> None:
    echo = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1])"
    assert await run(echo, b"abc") == b"cba"


async def test_a_missing_program_is_named() -> None:
    with pytest.raises(MediaError, match="no-such-program is not installed"):
        await output(("no-such-program",), b"", 1.0, 10)


async def test_a_file_that_is_no_program_is_told() -> None:
    with pytest.raises(MediaError, match="/ cannot be started"):
        await output(("/",), b"", 1.0, 10)


async def test_a_failing_program_gives_its_first_words() -> None:
    with pytest.raises(MediaError, match=r"failed \(3\): bad voice$"):
        await run("import sys; print('bad voice\\nmore', file=sys.stderr); sys.exit(3)")


async def test_a_program_that_hangs_is_killed() -> None:
    with pytest.raises(MediaError, match=r"killed after 0\.3 s"):
        await run("import signal; signal.pause()", limit_s=0.3)


async def test_a_program_that_never_stops_talking_is_killed() -> None:
    with pytest.raises(MediaError, match="more than 1000 octets"):
        await run("import sys\nwhile True: sys.stdout.write('x' * 100)")


async def test_a_child_that_holds_the_pipes_holds_nothing_up() -> None:
    code = "import os, signal; os.fork(); signal.alarm(3); signal.pause()"
    with pytest.raises(MediaError, match=r"killed after 0\.3 s"):
        await run(code, limit_s=0.3)


async def test_a_program_that_does_not_listen_is_no_fault() -> None:
    assert await run("print(1)", b"x" * 200_000) == b"1\n"


async def test_a_program_ends_with_whoever_waits_for_it() -> None:
    running = asyncio.ensure_future(run("import signal; signal.pause()"))  # noqa: TID251
    done, _waiting = await asyncio.wait([running], timeout=0.3)
    assert not done
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def test_secrets_of_the_environment_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARRIER_PASSWORD", "secret")
    monkeypatch.setenv("PATH", "here")
    found = environment()
    assert (found["PATH"], found["LC_ALL"]) == ("here", "C.UTF-8")
    assert "CARRIER_PASSWORD" not in found


@pytest.mark.parametrize(
    "loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"]
)
def test_a_program_that_ends_before_it_is_told_anything_breaks_nothing(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def many() -> list[bytes]:
        return [await output(("true",), b"x" * 100_000, 5.0, 10) for _ in range(20)]

    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(many()) == [b""] * 20
