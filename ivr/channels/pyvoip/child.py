"""The process around pyVoIP: `python -m ivr.channels.pyvoip.child FILE`.

FILE is the number of an inherited socket to the server; the process lives as long as that socket
and then says goodbye to its callers. This is the only file that imports pyVoIP (GPL-3): it runs
beside the server and is told what to do by messages, so that neither its licence nor its faults
reach the rest. The classes below mend what was found broken in 1.6.8 (sip-media.md section 1).

Threads: the main one obeys the server; one of pyVoIP's hears the PBX and answers heartbeats; two of
each call carry its sound. `Phone.door` is held by whoever changes calls.
"""

from __future__ import annotations

import secrets
import socket
import sys
import threading
import warnings
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Final

warnings.simplefilter("ignore")  # what pyVoIP warns of may name callers

from pyVoIP.VoIP import CallState, VoIPCall, VoIPPhone  # noqa: E402 - after its warnings are off
from pyVoIP.VoIP.status import PhoneStatus  # noqa: E402

# isort: split
from pyVoIP import RTP, SIP  # noqa: E402 - its modules can be loaded in this order only

from ivr.channels.pyvoip.desk import confine, serve  # noqa: E402
from ivr.channels.pyvoip.mouth import Mouth  # noqa: E402
from ivr.channels.pyvoip.wire import texts  # noqa: E402
from ivr.channels.pyvoip.wire.keys import Pressed  # noqa: E402
from ivr.channels.pyvoip.wire.linear import SILENT  # noqa: E402
from ivr.channels.pyvoip.wire.messages import Answered, Gone, Key, Pong, Ringing  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.pyvoip.wire.messages import Begin, Tiding

REGISTER_S: Final = 2
"""How long the PBX may take to answer a REGISTER: calls are not heard meanwhile."""
PORT_TRIES: Final = 50
RECEIVED_BYTES: Final = 8192


class Deaf:
    """Stands where pyVoIP keeps what it heard: nobody listens to it, and it would grow for ever."""

    def write(self, _offset: int, _data: bytes) -> None:
        """Forget it. (Its own one makes room for any jump of a time stamp: 860 MB were seen.)"""

    def read(self, length: int = 160) -> bytes:
        """Silence."""
        return bytes([SILENT]) * length


class Stream(RTP.RTPClient):
    """The sound of one call."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - as pyVoIP declares it
        super().__init__(*args, **more)
        self.pmin, self.pmout = Deaf(), Mouth()  # type: ignore[assignment]
        self._pressed = Pressed()

    def parse_packet(self, packet: bytes) -> None:
        """Take a packet; what is none must not end the thread that reads them."""
        if len(packet) > 12:
            with suppress(Exception):
                super().parse_packet(packet)

    def parse_telephone_event(self, packet: RTP.RTPMessage) -> None:
        """A packet of a key."""
        place = (packet.SSRC, packet.sequence, packet.timestamp)
        key = self._pressed.take(*place, packet.payload, marker=packet.marker)
        if key and self.dtmf is not None:
            self.dtmf(key)

    def encode_packet(self, payload: bytes) -> bytes:
        """Sound in the code that was agreed on; its own one sends mu-law as A-law."""
        if self.preference == RTP.PayloadType.PCMA:
            return bytes(self.encode_pcma(payload))
        return bytes(self.encode_pcmu(payload))


class Call(VoIPCall):
    """One call. number: the server's name for it."""

    phone: Phone

    def __init__(self, number: int, *args: Any, **more: Any) -> None:  # noqa: ANN401
        self.number = number
        self._sounding = False
        super().__init__(*args, **more)

    def __del__(self) -> None:
        """Nothing: its own one takes a lock that the same thread may hold, and all stands still."""

    @property
    def mouth(self) -> Mouth:
        """What is still to be said."""
        mouth: Mouth = self.RTPClients[0].pmout  # type: ignore[assignment]
        return mouth

    @property
    def talks(self) -> bool:
        """Whether it was answered and goes on."""
        return bool(self.state == CallState.ANSWERED)

    def create_rtp_clients(
        self,
        codecs: dict[int, RTP.PayloadType],
        ip: str,
        port: int,
        request: SIP.SIPMessage,
        baseport: int,
    ) -> None:
        """Make the one stream. One code for sound: mu-law if it may be, our prompts are kept so."""
        kept = {number: kind for number, kind in codecs.items() if kind is RTP.PayloadType.EVENT}
        for wanted in (RTP.PayloadType.PCMU, RTP.PayloadType.PCMA):
            if wanted in codecs.values() and not self.RTPClients:
                codec = {int(wanted): wanted} | kept
                far = request.body["c"][0]["address"]
                mode = self.sendmode
                stream = Stream(codec, ip, port, far, baseport, mode, self.dtmf_callback)
                self.RTPClients.append(stream)
                return
        self.phone.ports.discard(port)

    def dtmf_callback(self, code: str) -> None:
        """The caller pressed a key."""
        self.phone.tell(Key(self.number, code))

    def gen_ms(self) -> dict[int, dict[int, RTP.PayloadType]]:
        """Where we want sound; the streams are started once, also if the offer is repeated."""
        if not self._sounding:
            self._sounding = True
            for stream in self.RTPClients:
                stream.start()
        return {stream.inPort: stream.assoc for stream in self.RTPClients}

    def answer(self) -> None:
        """Take it, and leave behind what ends it if this process falls."""
        super().answer()
        self.phone.tell(Answered(self.number, self.sip.gen_bye(self.request)))

    def bye(self) -> None:
        """The PBX ended it."""
        self.over("bye")

    def over(self, why: str) -> None:
        """Forget it and tell."""
        self.state = CallState.ENDED
        for stream in self.RTPClients if self._sounding else ():
            stream.stop()
        if self.phone.calls.pop(self.call_id, None) is not None:
            self.phone.ports.discard(self.RTPClients[0].inPort if self.RTPClients else 0)
            self.phone.tell(Gone(self.number, why))


class Ear(SIP.SIPClient):
    """The SIP side: hears the PBX and nobody else. asked: a heartbeat to be answered, 0 = none."""

    phone: Phone

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **more)
        self.asked = 0
        self.register_timeout = REGISTER_S
        found = socket.getaddrinfo(self.server, self.port, socket.AF_INET, socket.SOCK_DGRAM)
        self._hosts = {address[0] for *_rest, address in found}

    def start(self) -> None:
        """Open the socket, register, and listen. `myPort` is the real one from now on."""
        self.NSD = True
        self.s = self.out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.s.bind((self.myIP, self.myPort))
        self.myPort = self.s.getsockname()[1]
        self.register()
        threading.Thread(target=self.recv_loop, name="SIP").start()

    def recv(self) -> None:
        """One turn of the thread that hears the PBX. Raises BlockingIOError if it said nothing."""
        with self.phone.door:
            asked, self.asked = self.asked, 0
            if asked:
                self.phone.tell(Pong(asked))
            data, source = self.s.recvfrom(RECEIVED_BYTES)
            if source[0] in self._hosts:
                self._heard(data, source)

    def _heard(self, data: bytes, source: tuple[str, int]) -> None:
        answer = texts.options_answer(data, self.gen_tag())
        if answer is not None:
            self.out.sendto(answer, source)
            return
        with suppress(Exception):  # what it cannot read, the PBX says again or gives up
            self.parse_message(SIP.SIPMessage(data))

    def gen_register(self, request: SIP.SIPMessage, deregister: bool = False) -> str:
        """A REGISTER with a proof of today; its own one knows MD5 without `qop` only."""
        login = texts.Login(self.username, self.password, secrets.token_hex(8))
        uri = f"sip:{self.server}"
        line = texts.authorization(request.authentication, login, "REGISTER", uri)
        return texts.with_authorization(super().gen_register(request, deregister), line)


class Phone(VoIPPhone):
    """The extension. tell: to the server. door: held by whoever changes calls."""

    calls: dict[str, Call]  # type: ignore[assignment]
    sip: Ear

    def __init__(self, begin: Begin, tell: Callable[[Tiding], None]) -> None:
        place = (begin.server, begin.port, begin.user, begin.password, begin.address)
        super().__init__(*place, None, begin.sip_port, begin.low, begin.high)
        self.sip = Ear(*place[:4], self, begin.address, begin.sip_port, self.callback, self.fatal)
        self.tell = tell
        self.door = threading.RLock()
        self.ports: set[int] = set()
        self._most = begin.calls
        self._numbers, self._sessions = count(1), count(secrets.randbits(30))

    def callback(self, request: SIP.SIPMessage) -> None:
        """Something came from the PBX."""
        if getattr(request, "method", "") == "CANCEL":
            self._cancelled(request)
        else:
            super().callback(request)

    def _callback_MSG_Invite(self, request: SIP.SIPMessage) -> None:  # noqa: N802 - pyVoIP's name
        """A call, a repeated one, or another offer in one."""
        known = self.calls.get(request.headers["Call-ID"])
        if known is not None:
            if known.state == CallState.ANSWERED:
                known.renegotiate(request)
        elif len(self.calls) >= self._most:
            self._send(self.sip.gen_busy(request))
        else:
            self._rings(request)

    def _call_of(self, request: SIP.SIPMessage) -> Call | None:
        """A new call; None if it offers no sound that we can send."""
        with suppress(Exception):
            call = Call(
                *(next(self._numbers), self, CallState.RINGING, request, next(self._sessions)),
                self.myIP,
                sendmode=self.recvmode,
            )
            return call if call.RTPClients else None
        return None

    def _rings(self, request: SIP.SIPMessage) -> None:
        call = self._call_of(request)
        if call is None:
            self._send(self.sip.gen_busy(request))
            return
        self.calls[call.call_id] = call
        self._send(self.sip.gen_ringing(request))
        came = request.headers["From"]
        ref = f"{call.call_id};{came['tag']}"
        called = request.headers["To"]["number"] or ""
        self.tell(Ringing(call.number, ref, came["number"] or "", called))

    def _cancelled(self, request: SIP.SIPMessage) -> None:
        call = self.calls.get(request.headers["Call-ID"])
        if call is not None and call.state == CallState.RINGING:
            self._send(texts.terminated(self.sip.gen_busy(call.request)))
            call.over("cancelled")

    def request_port(self, blocking: bool = True) -> int:
        """An even port for sound that is free. Raises OSError if none is found."""
        places = range(self.rtpPortLow + self.rtpPortLow % 2, self.rtpPortHigh, 2)
        for _try in range(PORT_TRIES):
            port = secrets.choice(places)
            if port not in self.ports and _is_free(self.myIP, port):
                self.ports.add(port)
                return port
        raise OSError("no port for sound is free")

    def hang_up(self, call: Call, why: str) -> None:
        """End a call, or refuse one that rings; the server is told why."""
        if call.state == CallState.ANSWERED:
            self.sip.bye(call.request)
        elif call.state == CallState.RINGING:
            self._send(self.sip.gen_busy(call.request))
        call.over(why)

    def find(self, number: int) -> Call | None:
        """A call by its number."""
        return next((call for call in self.calls.values() if call.number == number), None)

    @property
    def going_on(self) -> list[Call]:
        """The calls that are not over."""
        return list(self.calls.values())

    @property
    def is_registered(self) -> bool | None:
        """Whether the PBX knows us; None while that is being found out."""
        status = self.get_status()
        return None if status == PhoneStatus.REGISTERING else status == PhoneStatus.REGISTERED

    def ask(self, beat: int) -> None:
        """Have the thread that hears the PBX answer a heartbeat."""
        self.sip.asked = beat

    @property
    def sip_port(self) -> int:
        """Our SIP port."""
        return int(self.sip.myPort)

    def say(self, text: str) -> None:
        """Send a request to the PBX as it stands."""
        self._send(text)

    def fatal(self) -> None:
        """Registering failed for good; the main thread sees it in `get_status`."""
        self._status = PhoneStatus.FAILED

    def _send(self, text: str) -> None:
        self.sip.out.sendto(text.encode(), (self.server, self.port))


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind((address, port))
        except OSError:
            return False
    return True


def main() -> None:
    """Serve on the socket whose number is the first argument."""
    confine()
    serve(socket.socket(fileno=int(sys.argv[1])), Phone)


if __name__ == "__main__":
    main()
