"""Octets of a mail as text: whatever charset it claims, the result is clean and nothing fails.

Charsets are taken from a list, so that no codec that unpacks or computes is ever run on a mail. As
browsers do, ISO-8859-9, ISO-8859-1 and ASCII are read as Windows-1254 and 1252, which hold the
same letters and more (WHATWG Encoding Standard).
"""

from __future__ import annotations

import codecs
import email.header
import re
import unicodedata
from email.errors import HeaderParseError

HEADER_LETTERS = 512
NAME_LETTERS = 120
CUT = "…"
_CHARSETS = re.compile(
    r"utf-(8|16|32)(-[bl]e|-sig)?|iso8859-\d+|cp(125\d|437|85\d|866|874|932|949|950)|koi8-[rut]"
    r"|gb2312|gbk|gb18030|big5(hkscs)?|euc_(jp|kr|jis.*)|shift_jis.*|iso2022_(jp|kr).*|mac-turkish"
    r"|mac-roman|johab|tis-620"
)
_WIDER = {"iso8859-9": "cp1254", "iso8859-1": "cp1252", "ascii": "cp1254"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_WORD_GAP = re.compile(r"\s+")


def decoded(octets: bytes, charset: str) -> str:
    """The text of octets. An unknown or wrong charset: UTF-8 if it is that, else Turkish."""
    codec = _codec(charset)
    if codec in {"cp1254", "cp1252"} or not codec:
        with_utf8 = _strictly(octets, "utf-8") if not codec or _is_plain(charset) else None
        return with_utf8 if with_utf8 is not None else octets.decode(codec or "cp1254", "replace")
    exact = _strictly(octets, codec)
    if exact is None and codec.startswith("utf-8"):
        exact = _strictly(octets, "cp1254")
    return exact if exact is not None else octets.decode(codec, "replace")


def _codec(charset: str) -> str:
    """The codec of a charset, "" if it is none that we read."""
    try:
        name = codecs.lookup(charset.strip().strip("'\"")).name
    except (LookupError, ValueError):
        return ""
    if name in _WIDER:
        return _WIDER[name]
    return name if _CHARSETS.fullmatch(name) else ""


def _is_plain(charset: str) -> bool:
    """ASCII is what mail programs write that do not know what they send."""
    return codecs.lookup(charset.strip().strip("'\"")).name == "ascii"


def _strictly(octets: bytes, codec: str) -> str | None:
    try:
        return octets.decode(codec)
    except UnicodeError:
        return None


def line(text: str, most: int = HEADER_LETTERS) -> str:
    """One clean line: NFC, no controls, no marks that turn text around, cut with a mark."""
    flat = _WORD_GAP.sub(" ", _BIDI.sub("", _clean(text))).strip()
    return _cut(flat, most)


def lines(text: str, most: int) -> str:
    """Clean lines with LF between them, cut with a mark; TAB may stand in them."""
    return _cut(_clean(text.replace("\r\n", "\n").replace("\r", "\n")), most)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + CUT


def header_text(raw: str) -> str:
    """A header as people read it, its encoded words (RFC 2047) put together.

    Words of one charset that follow each other are joined before they are decoded: some programs
    cut a letter of UTF-8 in two.
    """
    if "=?" not in raw:
        return raw
    try:
        chunks = email.header.decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(
        chunk if isinstance(chunk, str) else decoded(chunk, charset or "utf-8")
        for chunk, charset in _joined(chunks)
    )


def _joined(
    chunks: list[tuple[bytes | str, str | None]],
) -> list[tuple[bytes | str, str | None]]:
    done: list[tuple[bytes | str, str | None]] = []
    for chunk, charset in chunks:
        octets = _raw_octets(chunk) if charset is None else chunk
        last = done[-1] if done else None
        if last and last[1] == charset and isinstance(octets, bytes) and isinstance(last[0], bytes):
            done[-1] = (last[0] + octets, charset)
        else:
            done.append((octets, charset))
    return done


def _raw_octets(chunk: bytes | str) -> bytes | str:
    """What stands between encoded words comes as octets in a codec of Python's own."""
    return chunk.decode("raw-unicode-escape", "replace") if isinstance(chunk, bytes) else chunk
