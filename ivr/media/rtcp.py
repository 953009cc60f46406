"""Reports beside the sound (RTCP, RFC 3550 section 6): how much arrives, how evenly, how late.

A datagram holds several packets, the first a sender's or receiver's report. All lengths are checked
before anything is used, so a damaged datagram changes nothing. Unknown kinds are skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from ivr.domain.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.media.rtp import Buffer, Received

MOST_OCTETS: Final = 1500
MOST_BLOCKS: Final = 31
EVERY_S: Final = 5.0

_SR, _RR, _SDES, _BYE = 200, 201, 202, 203
_CNAME: Final = 1
_NTP_OF_1970: Final = 2_208_988_800
_LONGEST_ROUND_TRIP_S: Final = 60.0
_HEAD: Final = Struct("!BBH")
_WORD: Final = Struct("!I")
_SENDER: Final = Struct("!QIII")
_BLOCK: Final = Struct("!IIIIII")


class Block(NamedTuple):
    """What one side says of the other's sound. fraction: 256ths lost lately; lost: in all.

    highest: last sequence number with its turns; jitter: timestamp units; last_report, delay:
    middle of the NTP time of the last sender's report, and time since, both in 1/65,536 s.
    """

    ssrc: int
    fraction: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


class SenderReport(NamedTuple):
    """Of one who sends sound. ntp: 64 bits, seconds since 1900 with a 32-bit fraction."""

    ssrc: int
    ntp: int
    timestamp: int
    packets: int
    octets: int
    blocks: tuple[Block, ...]


class ReceiverReport(NamedTuple):
    """Of one who only listens."""

    ssrc: int
    blocks: tuple[Block, ...]


class Name(NamedTuple):
    """Which lasting name (CNAME) an SSRC has; octets that are no UTF-8 are replaced."""

    ssrc: int
    cname: str


class Bye(NamedTuple):
    """These sources have ended."""

    ssrcs: tuple[int, ...]
    reason: str


Report: TypeAlias = SenderReport | ReceiverReport | Name | Bye


def is_rtcp(packet: Buffer, length: int) -> bool:
    """Whether a packet on a shared port is a report and no sound (RFC 5761 section 4)."""
    return length >= 8 and packet[0] >> 6 == 2 and 192 <= packet[1] <= 223


def parse(data: Buffer, length: int | None = None) -> tuple[Report, ...]:
    """Everything one datagram reports. Raises MediaError for a damaged one, whatever is wrong."""
    whole = bytes(data[: len(data) if length is None else length])
    if not 8 <= len(whole) <= MOST_OCTETS:
        raise MediaError("RTCP dropped: length")
    reports: list[Report] = []
    for kind, count, body in list(_packets(whole)):
        reports += _read(kind, count, body)
    return tuple(reports)


def _packets(whole: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kind, count and body of each packet (RFC 3550 A.2); padding only in the last."""
    at = 0
    while at < len(whole):
        if at + 4 > len(whole):
            raise MediaError("RTCP dropped: rest")
        first, kind, words = _HEAD.unpack_from(whole, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > len(whole) or (at == 0 and kind not in {_SR, _RR}):
            raise MediaError("RTCP dropped: packet")
        padding = _padding(whole, at, end) if first & 0x20 else 0
        yield kind, first & 0x1F, whole[at + 4 : end - padding]
        at = end


def _padding(whole: bytes, at: int, end: int) -> int:
    octets = whole[end - 1]
    if at == 0 or end != len(whole) or octets % 4 or not 4 <= octets <= end - at - 4:
        raise MediaError("RTCP dropped: padding")
    return octets


def _read(kind: int, count: int, body: bytes) -> list[Report]:
    match kind:
        case 200:
            return [_sender(body, count)]
        case 201:
            return [ReceiverReport(_word(body, 0), _blocks(body, 4, count))]
        case 202:
            return list(_names(body, count))
        case 203:
            return [_bye(body, count)]
        case _:
            return []


def _word(body: bytes, at: int) -> int:
    if at + 4 > len(body):
        raise MediaError("RTCP dropped: short")
    return int(_WORD.unpack_from(body, at)[0])


def _sender(body: bytes, count: int) -> SenderReport:
    if len(body) < 4 + _SENDER.size:
        raise MediaError("RTCP dropped: short")
    ntp, timestamp, packets, octets = _SENDER.unpack_from(body, 4)
    blocks = _blocks(body, 4 + _SENDER.size, count)
    return SenderReport(_word(body, 0), ntp, timestamp, packets, octets, blocks)


def _blocks(body: bytes, at: int, count: int) -> tuple[Block, ...]:
    """The blocks of a report; what stands behind them is a profile's own and skipped."""
    if at + count * _BLOCK.size > len(body):
        raise MediaError("RTCP dropped: short")
    blocks = []
    for place in range(at, at + count * _BLOCK.size, _BLOCK.size):
        ssrc, loss, *rest = _BLOCK.unpack_from(body, place)
        lost = (loss & 0xFFFFFF ^ 0x800000) - 0x800000
        blocks.append(Block(ssrc, loss >> 24, lost, *rest))
    return tuple(blocks)


def _names(body: bytes, count: int) -> Iterator[Name]:
    """The names of a source description (RFC 3550 6.5); other items are skipped."""
    at = 0
    for _chunk in range(count):
        ssrc = _word(body, at)
        at += 4
        while (item := _octet(body, at)) != 0:
            end = at + 2 + _octet(body, at + 1)
            if end > len(body):
                raise MediaError("RTCP dropped: item")
            if item == _CNAME:
                yield Name(ssrc, body[at + 2 : end].decode("utf-8", "replace"))
            at = end
        at += 4 - at % 4


def _octet(body: bytes, at: int) -> int:
    if at >= len(body):
        raise MediaError("RTCP dropped: short")
    return body[at]


def _bye(body: bytes, count: int) -> Bye:
    ssrcs = tuple(_word(body, 4 * place) for place in range(count))
    rest = body[4 * count :]
    if rest and 1 + rest[0] > len(rest):
        raise MediaError("RTCP dropped: reason")
    reason = rest[1 : 1 + rest[0]].decode("utf-8", "replace") if rest else ""
    return Bye(ssrcs, reason)


def build(reports: Sequence[Report]) -> bytes:
    """The octets of one datagram, a sender's or receiver's report first.

    Raises MediaError when it is none, or when a text or a list is too long.
    """
    if not reports or not isinstance(reports[0], SenderReport | ReceiverReport):
        raise MediaError("an RTCP datagram begins with a report")
    data = b"".join(map(_write, reports))
    if len(data) > MOST_OCTETS:
        raise MediaError("an RTCP datagram is too long")
    return data


def _write(report: Report) -> bytes:
    if isinstance(report, SenderReport):
        sender = _SENDER.pack(report.ntp, report.timestamp, report.packets, report.octets)
        blocks = b"".join(map(_block, report.blocks))
        return _packet(_SR, len(report.blocks), _WORD.pack(report.ssrc) + sender + blocks)
    if isinstance(report, ReceiverReport):
        blocks = b"".join(map(_block, report.blocks))
        return _packet(_RR, len(report.blocks), _WORD.pack(report.ssrc) + blocks)
    if isinstance(report, Name):
        item = bytes([_CNAME]) + _text(report.cname) + b"\0"
        return _packet(_SDES, 1, _WORD.pack(report.ssrc) + _filled(item))
    ssrcs = b"".join(map(_WORD.pack, report.ssrcs))
    return _packet(_BYE, len(report.ssrcs), ssrcs + _filled(_text(report.reason)))


def _packet(kind: int, count: int, body: bytes) -> bytes:
    if count > MOST_BLOCKS:
        raise MediaError("an RTCP packet holds 31 blocks at most")
    return _HEAD.pack(0x80 | count, kind, len(body) // 4) + body


def _block(block: Block) -> bytes:
    loss = block.fraction << 24 | block.lost & 0xFFFFFF
    return _BLOCK.pack(block.ssrc, loss, *block[3:])


def _text(text: str) -> bytes:
    octets = text.encode("utf-8", "replace")
    if len(octets) > 255:
        raise MediaError("a text in RTCP has 255 octets at most")
    return bytes([len(octets)]) + octets


def _filled(octets: bytes) -> bytes:
    """Zeros up to the next multiple of four."""
    return octets + bytes(-len(octets) % 4)


def ntp_of(unix_s: float) -> int:
    """Seconds since 1970 as NTP time of 64 bits."""
    return round((unix_s + _NTP_OF_1970) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF


def middle(ntp: int) -> int:
    """The middle 32 bits of an NTP time: what a block carries, 1/65,536 s."""
    return ntp >> 16 & 0xFFFFFFFF


def wait_s(chance: float) -> float:
    """How long until the next report: 5 s, give or take half, so that legs do not march in step.

    chance: a random number from 0 to 1.
    """
    return EVERY_S * (0.5 + chance)


@dataclass(slots=True)
class Reporter:
    """The reports of one leg, both ways. `round_trip_s` is None until one could be measured.

    far: the newest block about our sound, with the loss and jitter the far end sees.
    """

    ssrc: int
    cname: str
    round_trip_s: float | None = None
    far: Block | None = None
    ended: bool = False
    _heard: tuple[int, int] = (0, 0)  # middle of their last report, and of our time then

    def hear(self, data: Buffer, unix_s: float, length: int | None = None) -> tuple[Report, ...]:
        """Take in a datagram that came at this time. Raises MediaError for a damaged one."""
        reports = parse(data, length)
        now = middle(ntp_of(unix_s))
        for report in reports:
            if isinstance(report, SenderReport):
                self._heard = middle(report.ntp), now
            if isinstance(report, SenderReport | ReceiverReport):
                self._about_us(report.blocks, now)
            self.ended = self.ended or isinstance(report, Bye)
        return reports

    def _about_us(self, blocks: Sequence[Block], now: int) -> None:
        for block in blocks:
            if block.ssrc == self.ssrc:
                self.far = block
                measured_s = round_trip_s(block, now)
                self.round_trip_s = self.round_trip_s if measured_s is None else measured_s

    def block(self, received: Received, unix_s: float) -> Block:
        """What we say of the far end's sound; call it once per report, it counts from the last."""
        last, at = self._heard
        delay = middle(ntp_of(unix_s)) - at & 0xFFFFFFFF if last else 0
        return Block(
            received.ssrc,
            received.fraction(),
            received.lost,
            received.highest & 0xFFFFFFFF,
            int(received.jitter),
            last,
            delay,
        )

    def report(self, sent: tuple[int, int, int], blocks: tuple[Block, ...], unix_s: float) -> bytes:
        """One datagram to send. sent: timestamp now, packets and payload octets so far."""
        return build([self._own(sent, blocks, unix_s), Name(self.ssrc, self.cname)])

    def bye(self, sent: tuple[int, int, int], blocks: tuple[Block, ...], unix_s: float) -> bytes:
        """The last datagram of this leg."""
        own = self._own(sent, blocks, unix_s)
        return build([own, Name(self.ssrc, self.cname), Bye((self.ssrc,), "")])

    def _own(
        self, sent: tuple[int, int, int], blocks: tuple[Block, ...], unix_s: float
    ) -> SenderReport | ReceiverReport:
        timestamp, packets, octets = (number & 0xFFFFFFFF for number in sent)
        if packets == 0:
            return ReceiverReport(self.ssrc, blocks)
        return SenderReport(self.ssrc, ntp_of(unix_s), timestamp, packets, octets, blocks)


def round_trip_s(block: Block, now: int) -> float | None:
    """Seconds to the far end and back by its block (RFC 3550 6.4.1); None if it cannot be told.

    now: the middle of our NTP time when the block came.
    """
    took_s = (now - block.delay - block.last_report & 0xFFFFFFFF) / 65536
    return took_s if block.last_report and took_s <= _LONGEST_ROUND_TRIP_S else None
