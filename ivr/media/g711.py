"""The two sound codes of the telephone network, A-law and mu-law: one octet for each sample.

A frame of 20 ms is 160 octets. PCM here is signed 16-bit little-endian at 8,000 samples a second.
Source: ITU-T G.711; the arithmetic of a negative sample (one's complement) is that of ITU-T G.191.
Tables are built once; a frame is decoded in two `bytes.translate` and encoded in one table walk.
"""

from __future__ import annotations

from struct import unpack
from typing import Final, Literal, TypeAlias

from ivr.domain.errors import MediaError

Codec: TypeAlias = Literal["pcma", "pcmu"]
Octets: TypeAlias = bytes | bytearray | memoryview

RATE: Final = 8000
FRAME_OCTETS: Final = 160
FRAME_MS: Final = 20
PAYLOAD_TYPE: Final[dict[Codec, int]] = {"pcma": 8, "pcmu": 0}
SILENCE: Final[dict[Codec, int]] = {"pcma": 0xD5, "pcmu": 0xFF}
SILENT_FRAME: Final[dict[Codec, bytes]] = {
    codec: bytes([octet]) * FRAME_OCTETS for codec, octet in SILENCE.items()
}

_FLIP_SIGN: Final = bytes(octet ^ 0x80 for octet in range(256))


def _alaw_value(octet: int) -> int:
    """The sample an A-law octet stands for, 16 bits."""
    code = octet ^ 0x55
    step, segment = code & 0x0F, code >> 4 & 7
    size = (step << 4) + 8 if segment == 0 else (step << 4) + 0x108 << segment - 1
    return size if code & 0x80 else -size


def _ulaw_value(octet: int) -> int:
    """The sample a mu-law octet stands for, 16 bits."""
    code = ~octet
    size = ((code & 0x0F) << 3) + 0x84 << (code >> 4 & 7)
    return 0x84 - size if code & 0x80 else size - 0x84


def _both_signs(upper: bytes) -> bytes:
    """The octet of every sample 0..65535 (negative ones as two's complement) from the upper half.

    A negative sample has the octet of its one's complement with the other sign.
    """
    return upper + upper.translate(_FLIP_SIGN)[::-1]


def _alaw_octets() -> bytes:
    """Runs of 16 samples per octet in the two lowest segments, twice as many in each above."""
    runs = [16 << max(segment - 1, 0) for segment in range(8) for _ in range(16)]
    return _both_signs(b"".join(bytes([0xD5 ^ code]) * run for code, run in enumerate(runs)))


def _ulaw_octets() -> bytes:
    """Runs of 8 samples, doubling by segment; the first is cut in half, the last takes the rest."""
    runs = [8 << segment for segment in range(8) for _ in range(16)]
    runs[0] -= 4
    runs[-1] += 32768 - sum(runs)
    return _both_signs(b"".join(bytes([0xFF - code]) * run for code, run in enumerate(runs)))


VALUES: Final[dict[Codec, tuple[int, ...]]] = {
    "pcma": tuple(map(_alaw_value, range(256))),
    "pcmu": tuple(map(_ulaw_value, range(256))),
}
"""The sample of each octet."""
OCTETS: Final[dict[Codec, bytes]] = {"pcma": _alaw_octets(), "pcmu": _ulaw_octets()}
"""The octet of each sample; a negative sample indexes from the end."""


def _halves(values: tuple[int, ...]) -> tuple[bytes, bytes]:
    """Low and high octet of each value, as two translation tables."""
    return bytes(v & 0xFF for v in values), bytes(v >> 8 & 0xFF for v in values)


_LOW_HIGH: Final = {codec: _halves(values) for codec, values in VALUES.items()}


def _across(here: Codec, there: Codec) -> bytes:
    """A translation from one code into the other: the nearest value, equal for both signs."""
    upper = [OCTETS[there][VALUES[here][octet | 0x80]] for octet in range(128)]
    return bytes(octet & 0x7F for octet in upper) + bytes(upper)


ALAW_TO_ULAW: Final = _across("pcma", "pcmu")
ULAW_TO_ALAW: Final = _across("pcmu", "pcma")


def translation(here: Codec, there: Codec) -> bytes | None:
    """The table for `bytes.translate` from one code to another; None: they are the same."""
    if here == there:
        return None
    return ALAW_TO_ULAW if here == "pcma" else ULAW_TO_ALAW


def encode(codec: Codec, pcm: Octets) -> bytes:
    """PCM as octets of the codec. Raises MediaError when a sample is cut in half."""
    if len(pcm) % 2:
        raise MediaError("PCM of 16 bits must have an even number of octets")
    return bytes(map(OCTETS[codec].__getitem__, unpack(f"<{len(pcm) // 2}h", pcm)))


def decode(codec: Codec, octets: Octets) -> bytes:
    """Octets of the codec as PCM, two octets for each."""
    low, high = _LOW_HIGH[codec]
    octets = bytes(octets)
    pcm = bytearray(2 * len(octets))
    pcm[0::2] = octets.translate(low)
    pcm[1::2] = octets.translate(high)
    return bytes(pcm)


def alaw_encode(pcm: Octets) -> bytes:
    """PCM as A-law. Raises MediaError when a sample is cut in half."""
    return encode("pcma", pcm)


def alaw_decode(octets: Octets) -> bytes:
    """A-law as PCM."""
    return decode("pcma", octets)


def ulaw_encode(pcm: Octets) -> bytes:
    """PCM as mu-law. Raises MediaError when a sample is cut in half."""
    return encode("pcmu", pcm)


def ulaw_decode(octets: Octets) -> bytes:
    """Mu-law as PCM."""
    return decode("pcmu", octets)
