"""A phone made of pyVoIP, run as a program of its own: told what to do by lines.

pyVoIP is under GPL-3: it is used by this program alone, which imports nothing of ours and is
imported by nobody. Words: SERVER_PORT SIP_PORT RTP_PORT USER FILE. Lines in: `call NAME`,
`keys 12`, `quit`. What it hears goes to FILE: 8 bit samples around 128, 8,000 a second. Keys go as
two tones in its sound (ITU-T Q.23), since pyVoIP sends no telephone-events.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from pathlib import Path

from pyVoIP.VoIP import CallState, VoIPCall, VoIPPhone

HOST = "127.0.0.1"
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
PLACES = "123A456B789C*0#D"
RATE = 8000
_pause = threading.Event()
DEAF_S = 1.2
"""After its start it hears no answer for a second."""
LAG_S = 0.4
"""It reads so much behind what comes: where nothing is there pyVoIP makes silence up."""


def tones(key: str) -> bytes:
    """A key as 100 ms of its two tones and 100 ms of silence."""
    place = PLACES.index(key)
    low, high = ROWS[place // 4], COLUMNS[place % 4]
    turns = [2 * math.pi * hz / RATE for hz in (low, high)]
    sound = [128 + round(sum(40 * math.sin(turn * n) for turn in turns)) for n in range(RATE // 10)]
    return bytes(sound) + b"\x80" * (RATE // 10)


def listen(call: VoIPCall, heard: bytearray, since: float, *, lag_s: float = LAG_S) -> None:
    """Read what has come."""
    while len(heard) + 160 <= (time.monotonic() - since - lag_s) * RATE:
        heard += call.read_audio(160, blocking=False)


def talk(phone: VoIPPhone, name: str, orders: int, file: Path) -> None:
    """A whole call."""
    call = phone.call(name)
    while call.state == CallState.DIALING:
        _pause.wait(0.01)
    since, heard, typed = time.monotonic(), bytearray(), b""
    while call.state == CallState.ANSWERED:
        listen(call, heard, since)
        try:
            typed += os.read(orders, 4096)
        except BlockingIOError:
            _pause.wait(0.01)
        *lines, typed = typed.split(b"\n")
        for line in lines:
            word, _, rest = line.decode().partition(" ")
            if word == "keys":
                call.write_audio(b"".join(map(tones, rest)))
            elif word == "quit":
                call.hangup()
    listen(call, heard, since, lag_s=0)
    file.write_bytes(heard)


def main(words: list[str]) -> None:
    """Make one call, then leave.

    The phone does not register: it knows only the digest of RFC 2069, which the server takes from
    users marked for it alone.
    """
    server, sip, rtp = map(int, words[:3])
    user, file = words[3:5]
    phone = VoIPPhone(
        *(HOST, server, user, ""), myIP=HOST, sipPort=sip, rtpPortLow=rtp, rtpPortHigh=rtp
    )
    phone.sip.register = lambda: True  # type: ignore[method-assign]
    phone.start()
    _pause.wait(DEAF_S)
    name = sys.stdin.readline().split()[1]
    os.set_blocking(0, False)
    talk(phone, name, 0, Path(file))


if __name__ == "__main__":
    main(sys.argv[1:])
    os._exit(0)  # its threads never end
