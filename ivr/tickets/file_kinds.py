"""Which kinds of files are taken, and whether a file is what its name says.

What a sender claims of a file is not believed: the ending names the kind, and the first octets must
be those of that kind. Nothing that a browser would run (HTML, SVG, scripts) is among them.
Sources: the formats' own specifications; ISO/IEC 14496-12 for the box `ftyp`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from ivr.domain.errors import NotValidError

HEAD_BYTES = 512
"""Octets of a file that are enough to judge it."""
Looks: TypeAlias = Callable[[bytes], bool]


class FileKindError(NotValidError):
    """A file of a kind that is not taken, or one that is not what its name says."""

    code: ClassVar[str] = "file-kind"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file. looks: whether the first octets are those of one."""

    mime: str
    looks: Looks


def judge(name: str, head: bytes, taken: frozenset[str]) -> str:
    """The media type of a file by its ending. head: its first HEAD_BYTES, or all of it.

    taken: endings that are let in. Raises FileKindError.
    """
    ending = ending_of(name)
    kind = KINDS.get(ending) if ending in taken else None
    if kind is None:
        raise FileKindError(f"files of the kind .{ending} are not taken" if ending else _NO_ENDING)
    if not kind.looks(head[:HEAD_BYTES]):
        raise FileKindError(f"the file is no .{ending}, whatever its name says")
    return kind.mime


def ending_of(name: str) -> str:
    """What follows the last point of a name, in small letters; "" for none."""
    stem, _, ending = name.rpartition(".")
    return ending.lower() if stem else ""


_NO_ENDING = "the name of the file has no ending that says what it is"


def _begins(*starts: bytes) -> Looks:
    return lambda head: head.startswith(starts)


def _riff(form: bytes) -> Looks:
    return lambda head: head.startswith(b"RIFF") and head[8:12] == form


def _boxed(head: bytes) -> bool:
    """A file of boxes whose first one says its kind; old cameras begin with another one."""
    return head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}


def _sounds(head: bytes) -> bool:
    """MPEG audio: a tag, or the eleven bits that each frame begins with."""
    return head.startswith(b"ID3") or (
        len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] != 0xFF
    )


def _reads(head: bytes) -> bool:
    """Text, and no page that a browser could take it for."""
    return not any(octet < 32 and octet not in _LINES for octet in head) and not (
        head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES)
    )


_LINES = frozenset(b"\t\n\r\f\x1b")
_PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe")
_OLD_OFFICE = _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_PACKED = _begins(b"PK\x03\x04")
_NEW_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_OFFICE = "application/vnd.oasis.opendocument."
_JPEG, _BOXES = Kind("image/jpeg", _begins(b"\xff\xd8\xff")), Kind("video/mp4", _boxed)

KINDS = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "gif": Kind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", _riff(b"WEBP")),
    "heic": Kind("image/heic", _boxed),
    "heif": Kind("image/heif", _boxed),
    "pdf": Kind("application/pdf", _begins(b"%PDF-")),
    "mp4": _BOXES,
    "m4v": _BOXES,
    "mov": Kind("video/quicktime", _boxed),
    "3gp": Kind("video/3gpp", _boxed),
    "webm": Kind("video/webm", _begins(b"\x1a\x45\xdf\xa3")),
    "m4a": Kind("audio/mp4", _boxed),
    "mp3": Kind("audio/mpeg", _sounds),
    "wav": Kind("audio/wav", _riff(b"WAVE")),
    "ogg": Kind("audio/ogg", _begins(b"OggS")),
    "opus": Kind("audio/ogg", _begins(b"OggS")),
    "amr": Kind("audio/amr", _begins(b"#!AMR")),
    "txt": Kind("text/plain", _reads),
    "csv": Kind("text/csv", _reads),
    "eml": Kind("message/rfc822", _reads),
    "rtf": Kind("application/rtf", _begins(b"{\\rtf")),
    "docx": Kind(f"{_NEW_OFFICE}wordprocessingml.document", _PACKED),
    "xlsx": Kind(f"{_NEW_OFFICE}spreadsheetml.sheet", _PACKED),
    "pptx": Kind(f"{_NEW_OFFICE}presentationml.presentation", _PACKED),
    "odt": Kind(f"{_OPEN_OFFICE}text", _PACKED),
    "ods": Kind(f"{_OPEN_OFFICE}spreadsheet", _PACKED),
    "odp": Kind(f"{_OPEN_OFFICE}presentation", _PACKED),
    "doc": Kind("application/msword", _OLD_OFFICE),
    "xls": Kind("application/vnd.ms-excel", _OLD_OFFICE),
    "ppt": Kind("application/vnd.ms-powerpoint", _OLD_OFFICE),
    "msg": Kind("application/vnd.ms-outlook", _OLD_OFFICE),
    "zip": Kind("application/zip", _PACKED),
}
"""Every kind that can be taken, by its ending."""
USUAL = frozenset(KINDS) - {"zip"}
"""What is taken where the configuration names nothing: all but what hides others."""
