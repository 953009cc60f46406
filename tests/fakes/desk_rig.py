"""A media worker inside the test: its rounds are turned by hand, on a clock of the test's own."""

from __future__ import annotations

import socket
from random import Random
from typing import TYPE_CHECKING

from ivr.channels.sip.sound.desk import Desk
from ivr.channels.sip.sound.rounds import Rounds
from ivr.channels.sip.wire.control import Open, Opened
from ivr.media.leg.pace import Pace
from tests.fakes.lanes import EVENTS, HEADER, Heard, Shelf, packet_of

if TYPE_CHECKING:
    from ivr.channels.sip.sound.sockets import Sockets
    from ivr.channels.sip.wire.control import Message

PATIENCE_S = 30.0


class Phone:
    """A far end on a blocking socket."""

    def __init__(self, ssrc: int, address: str = "127.0.0.1") -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((address, 0))
        self.sock.settimeout(PATIENCE_S)
        self.port = self.sock.getsockname()[1]
        self.ssrc = ssrc
        self.sequence = 1
        self.to = ("", 0)

    def send(self, octets: bytes = bytes(160), kind: int = 8) -> None:
        """One packet."""
        head = HEADER.pack(0x80, kind, self.sequence, self.sequence * 160, self.ssrc)
        self.sock.sendto(head + octets, self.to)
        self.sequence += 1

    def key(self, event: int) -> None:
        """The first packet of a key press."""
        self.send(bytes([event, 10, 0, 160]), EVENTS)

    def get(self) -> Heard:
        """The next packet of sound; fails after two seconds."""
        return packet_of(self.sock.recv(2048))

    def got(self) -> list[Heard]:
        """Everything that lies here now."""
        found = []
        self.sock.setblocking(False)
        try:
            while True:
                found.append(packet_of(self.sock.recv(2048)))
        except BlockingIOError:
            self.sock.settimeout(PATIENCE_S)
        return found


class Works:
    """A desk and its rounds. `told` is what the server would read."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.told: list[Message] = []
        self.pace = Pace(self.now_s, 0.0)
        self.rounds = Rounds(self.pace, self.failed, lambda: self.now_s)
        self.shelf = Shelf()
        self.desk = Desk(self.rounds, self.told.append, self.shelf, Random(5).getrandbits)  # noqa: S311
        self.phones: list[Phone] = []

    def failed(self, leg: int, mistake: Exception) -> None:
        """As the worker does."""
        self.desk.fail(leg, type(mistake).__name__, self.now_s)

    def obey(self, order: Message) -> None:
        """Carry out an order now."""
        self.desk.obey(order, self.now_s)

    def open(self, leg: int, **facts: object) -> tuple[Sockets, Phone]:
        """A leg and a phone for it, which do not know each other yet."""
        self.obey(Open(leg, **facts))  # type: ignore[arg-type]
        opened = self.told.pop()
        assert isinstance(opened, Opened)
        phone = Phone(ssrc=100 + leg)
        phone.to = opened.address, opened.port
        self.phones.append(phone)
        return self.rounds.legs[leg], phone

    def run(self, ms: int = 20) -> None:
        """Let time pass in steps of 5 ms; the rounds look at the real sockets each time."""
        for _ in range(ms // 5):
            self.now_s += 0.005
            self.rounds.turn(self.now_s)

    def close(self) -> None:
        """End all of it."""
        self.rounds.close()
        for phone in self.phones:
            phone.sock.close()
