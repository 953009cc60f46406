"""The main thread of the process around pyVoIP, tried without pyVoIP."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from ivr.channels.pyvoip import desk as module
from ivr.channels.pyvoip.desk import GOOD, LOST, ROOM_BYTES, Desk
from ivr.channels.pyvoip.mouth import Mouth
from ivr.channels.pyvoip.wire import messages
from ivr.channels.pyvoip.wire.messages import Accept, Farewell, HangUp, Ping, Play, Stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.channels.pyvoip.wire.messages import Message


@dataclass
class FakeTalk:
    """A call; fails when it is to be answered, if so wished."""

    number: int
    talks: bool = True
    fails: bool = False
    mouth: Mouth = field(default_factory=Mouth)

    def answer(self) -> None:
        """Take it."""
        if self.fails:
            raise OSError("no port")
        self.talks = True


@dataclass
class FakeLine:
    """An extension. ended: the calls that were hung up, and why. left: looks until it is lost."""

    calls: list[FakeTalk] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    looks: int = 1000
    door: Any = field(default_factory=threading.RLock)
    sip_port: int = 5062

    @property
    def is_registered(self) -> bool | None:
        """Until it was looked at so often."""
        self.looks -= 1
        return self.looks > 0

    @property
    def going_on(self) -> list[FakeTalk]:
        """The calls."""
        return list(self.calls)

    def start(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to do."""

    def ask(self, beat: int) -> None:
        """A heartbeat."""
        self.asked.append(beat)

    def say(self, text: str) -> None:
        """A request."""
        self.said.append(text)

    def find(self, number: int) -> FakeTalk | None:
        """A call."""
        return next((call for call in self.calls if call.number == number), None)

    def hang_up(self, call: FakeTalk, why: str) -> None:
        """End a call."""
        self.calls.remove(call)
        self.ended.append((call.number, why))


@dataclass
class Bench:
    """A desk with its cord; `run` obeys everything that was sent, then the server lets go."""

    line: FakeLine
    near: socket.socket
    desk: Desk

    def run(self, *orders: Message | bytes) -> int:
        """Obey these orders."""
        for order in orders:
            self.near.send(order if isinstance(order, bytes) else messages.write(order))
        self.near.close()
        return self.desk.run()


@pytest.fixture
def bench() -> Iterator[Bench]:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line = FakeLine()
    with far:
        yield Bench(line, near, Desk(far, line))


def test_orders_reach_the_calls_they_name(bench: Bench, tmp_path: Path) -> None:
    one, two = FakeTalk(1), FakeTalk(2, talks=False)
    bench.line.calls += [one, two]
    (tmp_path / "a").write_bytes(b"\xff" * 200)
    play = Play(1, (str(tmp_path / "a"), str(tmp_path / "nowhere")))
    assert bench.run(Ping(7), Accept(2), play, Accept(9), Farewell("BYE")) == GOOD
    assert (bench.line.asked, bench.line.said) == ([7], ["BYE"])
    assert two.talks
    assert not one.mouth.silent
    assert two.mouth.silent


def test_sound_can_be_stopped(bench: Bench, tmp_path: Path) -> None:
    bench.line.calls.append(FakeTalk(1))
    (tmp_path / "a").write_bytes(b"\xff" * 200)
    bench.run(Play(1, (str(tmp_path / "a"),)), Stop(1))
    assert bench.line.calls[0].mouth.silent


def test_a_call_with_nothing_left_to_say_ends_at_once(bench: Bench) -> None:
    bench.line.calls += [FakeTalk(1), FakeTalk(2)]
    bench.run(HangUp(2))
    assert bench.line.ended == [(2, "bye")]


def test_last_words_have_a_second(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LAST_WORDS_S", 0.0)
    bench.line.calls.append(FakeTalk(1))
    (tmp_path / "a").write_bytes(b"\xff" * 200)
    bench.run(Play(1, (str(tmp_path / "a"),)), HangUp(1))
    assert bench.line.ended == [(1, "bye")]


def test_a_call_that_cannot_be_answered_fails_and_the_others_go_on(bench: Bench) -> None:
    bench.line.calls += [FakeTalk(1, talks=False, fails=True), FakeTalk(2, talks=False)]
    bench.run(Accept(1), Accept(2))
    assert bench.line.ended == [(1, "failed")]
    assert bench.line.calls[0].talks


def test_a_call_from_which_nobody_takes_sound_any_more_fails(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STUCK_S", -1.0)
    bench.line.calls += [FakeTalk(1), FakeTalk(2, talks=False)]
    bench.run(Ping(1), Ping(2))
    assert bench.line.ended == [(1, "failed")]


def test_nonsense_is_passed_over(bench: Bench) -> None:
    assert bench.run(b"x", Ping(1)) == GOOD
    assert bench.line.asked == [1]


def test_a_server_that_went_without_hearing_all_is_gone_too(bench: Bench) -> None:
    bench.desk._sock.send(b"unheard")
    assert bench.run() == GOOD


def test_a_registration_that_is_lost_ends_the_desk(bench: Bench) -> None:
    bench.line.looks = 1
    assert bench.run() == LOST


CONFINED = """
from ivr.channels.pyvoip.desk import confine
import resource, signal, threading
confine()
print(resource.getrlimit(resource.RLIMIT_AS)[1], signal.getsignal(signal.SIGTERM).value)
try:
    bytearray(600 * 1024 * 1024)
except MemoryError:
    print("no room")
"""


def test_the_process_takes_little_room_and_ignores_what_stops_a_group() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
        [sys.executable, "-c", CONFINED], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split("\n")[:2] == [f"{ROOM_BYTES} {signal.SIG_IGN.value}", "no room"]
    assert resource.getrlimit(resource.RLIMIT_AS)[1] != ROOM_BYTES


def test_what_went_wrong_is_told_without_values() -> None:
    def calls(number: str) -> None:
        raise ValueError(number)

    with pytest.raises(ValueError, match="555") as found:
        calls("+905551112233")
    told = module._where(found.value)
    assert told.startswith("ValueError in calls:")
    assert "555" not in told
    assert module._where(None) == "NoneType"
