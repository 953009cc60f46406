"""Inside the process around pyVoIP: obeys the server, and looks whether each call still lives.

It knows pyVoIP only as a `Line`, so that it can be tried without it.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from ivr.channels.pyvoip.wire import messages
from ivr.channels.pyvoip.wire.linear import linear8
from ivr.channels.pyvoip.wire.messages import (
    Accept,
    Begin,
    Farewell,
    HangUp,
    Ping,
    Play,
    Ready,
    Stop,
    Troubled,
)
from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from ivr.channels.pyvoip.mouth import Mouth
    from ivr.channels.pyvoip.wire.messages import Message, Tiding

ROOM_BYTES: Final = 512 * 1024**2
STACK_BYTES: Final = 512 * 1024
TURN_S: Final = 0.05
START_S: Final = 15.0
LAST_WORDS_S: Final = 1.0
STUCK_S: Final = 3.0
GOOD, LOST = 0, 3
"""Exit codes: the server let go; the PBX does not know us any more."""


class Talk(Protocol):
    """One call of pyVoIP. number: the server's name for it."""

    number: int

    @property
    def mouth(self) -> Mouth:
        """What is still to be said."""

    @property
    def talks(self) -> bool:
        """Whether it was answered and goes on."""

    def answer(self) -> None:
        """Take it."""


class Line(Protocol):
    """The extension (`child.Phone`). door: held by whoever changes calls."""

    door: Any

    @property
    def sip_port(self) -> int:
        """Our SIP port."""

    @property
    def is_registered(self) -> bool | None:
        """Whether the PBX knows us; None while that is being found out."""

    @property
    def going_on(self) -> Sequence[Talk]:
        """The calls that are not over."""

    def start(self) -> None:
        """Register and listen. Raises OSError if the address cannot be used."""

    def stop(self) -> None:
        """Tell the PBX that we are gone."""

    def ask(self, beat: int) -> None:
        """Have the thread that hears the PBX answer a heartbeat."""

    def say(self, text: str) -> None:
        """Send a request to the PBX as it stands."""

    def find(self, number: int) -> Any:  # noqa: ANN401 - a Talk or None; pyVoIP types nothing
        """A call by its number."""

    def hang_up(self, call: Any, why: str) -> None:  # noqa: ANN401 - a Talk
        """End a call, or refuse one that rings; the server is told why."""


class Desk:
    """The server's wishes, carried out one after another by the main thread."""

    def __init__(self, sock: socket.socket, line: Line) -> None:
        self._sock = sock
        self._line = line
        self._ending: dict[int, float] = {}
        self._moved: dict[int, tuple[int, float]] = {}

    def run(self) -> int:
        """Serve until the server lets go or the PBX does; the exit code."""
        while True:
            if self._line.is_registered is False:
                return LOST
            ready, _, _ = select.select([self._sock], [], [], TURN_S)
            if ready and not self._next():
                return GOOD
            with self._line.door:
                self._look(time.monotonic())

    def _next(self) -> bool:
        """Obey one order; False if the server is gone."""
        try:
            data = self._sock.recv(messages.MESSAGE_BYTES)
        except OSError:
            data = b""  # it went before it had heard all that we told it
        if data:
            with suppress(MediaError):
                self._obey(messages.read(data))
        return bool(data)

    def _obey(self, order: Message) -> None:
        if isinstance(order, Ping):
            self._line.ask(order.number)
            return
        if isinstance(order, Farewell):
            self._line.say(order.text)
            return
        sound = _sound(order.files) if isinstance(order, Play) else b""
        with self._line.door:
            call = self._line.find(getattr(order, "call", 0))
            if call is not None:
                self._do(call, order, sound)

    def _do(self, call: Talk, order: Message, sound: bytes) -> None:
        try:
            if isinstance(order, Accept):
                call.answer()
            elif isinstance(order, Play):
                call.mouth.say(sound)
            elif isinstance(order, Stop):
                call.mouth.hush()
            elif isinstance(order, HangUp):
                self._ending[call.number] = time.monotonic() + LAST_WORDS_S
        except Exception as mistake:
            self._line.hang_up(call, "failed")
            raise MediaError("a call failed") from mistake

    def _look(self, now_s: float) -> None:
        """End calls that have said their last words, and those whose sound stands still."""
        for call in self._line.going_on:
            until = self._ending.get(call.number)
            if until is not None and (call.mouth.silent or now_s >= until or not call.talks):
                self._end(call, "bye")
            elif call.talks and self._is_stuck(call, now_s):
                self._end(call, "failed")

    def _end(self, call: Talk, why: str) -> None:
        self._ending.pop(call.number, None)
        self._moved.pop(call.number, None)
        self._line.hang_up(call, why)

    def _is_stuck(self, call: Talk, now_s: float) -> bool:
        """Whether nobody has taken a frame from it for too long: the thread that does is dead."""
        before, moved_s = self._moved.get(call.number, (-1, now_s))
        frames = call.mouth.frames
        if frames != before:
            self._moved[call.number] = (frames, now_s)
            return False
        return now_s - moved_s > STUCK_S


def _sound(files: Sequence[str]) -> bytes:
    """Files of mu-law as pyVoIP wants them; one that is gone is passed over."""
    found = b""
    for file in files:
        with suppress(OSError):
            found += Path(file).read_bytes()
    return linear8(found)


def confine() -> None:
    """Take little room, write nowhere, and outlive what a terminal sends to the whole group."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (ROOM_BYTES, ROOM_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.stack_size(STACK_BYTES)


def serve(sock: socket.socket, line_of: Callable[[Begin, Callable[[Tiding], None]], Line]) -> None:
    """Register, serve, say goodbye; never returns."""

    def tell(tiding: Tiding) -> None:
        with suppress(OSError):  # the server is gone: the main thread sees that
            sock.send(messages.write(tiding))

    threading.excepthook = lambda found: tell(Troubled(_where(found.exc_value)))
    code = LOST
    try:
        code = _serve(sock, line_of, tell)
    except Exception as mistake:
        tell(Troubled(_where(mistake)))
    sys.stdout.flush()
    os._exit(code)  # pyVoIP has threads that would keep it alive


def _serve(
    sock: socket.socket,
    line_of: Callable[[Begin, Callable[[Tiding], None]], Line],
    tell: Callable[[Tiding], None],
) -> int:
    begin = messages.read(sock.recv(messages.MESSAGE_BYTES))
    if not isinstance(begin, Begin):
        return LOST
    line = line_of(begin, tell)
    line.start()
    if not _is_registered(line):
        tell(Troubled("the PBX did not take our registration"))
        return LOST
    tell(Ready(line.sip_port))
    code = Desk(sock, line).run()
    if code == LOST:
        tell(Troubled("the PBX took our registration away"))
    with line.door:
        for call in line.going_on:
            line.hang_up(call, "bye")
    line.stop()
    return code


def _is_registered(line: Line) -> bool:
    """Wait until the PBX has said yes or no."""
    until = time.monotonic() + START_S
    while line.is_registered is None and time.monotonic() < until:
        threading.Event().wait(TURN_S)
    return line.is_registered is True


def _where(mistake: BaseException | None) -> str:
    """Which error and where, never with what: that may be a number or a key of a caller."""
    place = None if mistake is None else mistake.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" in {place.tb_frame.f_code.co_name}:{place.tb_lineno}"
    return f"{type(mistake).__name__}{where}"
