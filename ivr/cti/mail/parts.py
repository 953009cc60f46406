"""The parts of a mail: what is its text, and what came with it as files.

Nothing is ever unpacked: an archive is a file, a mail inside a mail is a file `.eml`. In a choice
of forms (multipart/alternative) the text and the HTML are both kept. All files together may have
25 MB and be 100; the rest is named only.
"""

from __future__ import annotations

import binascii
import contextlib
import re
from dataclasses import dataclass, field
from email import policy
from typing import TYPE_CHECKING

from ivr.cti.mail.letters import NAME_LETTERS, decoded, header_text, line
from ivr.runtime.ports.mail import LeftOut, MailFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import Message

FILE_BYTES = 25 * 1024 * 1024
MOST_FILES = 100
MOST_DEPTH = 20
LARGE = 512 * 1024
TEXT_BYTES = 2 * 1024 * 1024
"""Octets of one text that are read."""
AS_IT_CAME = policy.default.clone(refold_source="none")
_UNSAFE = re.compile(r"[/\\:*?\"<>|]+")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what the sender wrote, as plain text, as HTML or both."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Content:
    """What is inside a mail."""

    pieces: list[Piece] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    defects: set[str] = field(default_factory=set)
    bytes_left: int = FILE_BYTES

    def keep(self, file: MailFile) -> None:
        """Take a file over, or only its name if there is no room."""
        size = len(file.content)
        if len(self.files) >= MOST_FILES:
            self.left_out.append(LeftOut(file.name, size, f"more than {MOST_FILES} files"))
        elif size > self.bytes_left:
            most = FILE_BYTES // 1024 // 1024
            self.left_out.append(LeftOut(file.name, size, f"more than {most} MB in all"))
        else:
            self.bytes_left -= size
            self.files.append(file)


def content_of(message: Message) -> Content:
    """Everything inside a mail."""
    content = Content()
    content.pieces = _pieces(message, content, MOST_DEPTH)
    return content


def _pieces(part: Message, content: Content, depth: int) -> list[Piece]:
    found = _inside(part, content, depth)
    content.defects.update(type(defect).__name__ for defect in part.defects)  # some come by reading
    return found


def _inside(part: Message, content: Content, depth: int) -> list[Piece]:
    if part.get_content_maintype() == "message" or not part.is_multipart():
        return _leaf(part, content)
    if depth == 0:
        content.defects.add("NestedTooDeep")
        return []
    inner = [
        piece
        for each in part.get_payload()
        if not isinstance(each, str)
        for piece in _pieces(each, content, depth - 1)
    ]
    return _chosen(inner) if part.get_content_subtype() == "alternative" else inner


def _chosen(forms: Sequence[Piece]) -> list[Piece]:
    """Forms of one text: the first plain one, and the last one in HTML, which is the richest."""
    plain = next((form.plain for form in forms if form.plain.strip()), "")
    html = next((form.html for form in reversed(forms) if form.html.strip()), "")
    return [Piece(plain, html)] if plain or html else []


def _leaf(part: Message, content: Content) -> list[Piece]:
    kind = part.get_content_type()
    name = _name(part)
    attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind not in {"text/plain", "text/html"} or attached:
        _keep(part, kind, name, content)
        return []
    text = decoded(_octets(part)[:TEXT_BYTES], part.get_content_charset() or "us-ascii")
    if not text.strip():
        return []
    return [Piece(html=text) if kind == "text/html" else Piece(plain=text)]


def _octets(part: Message) -> bytes:
    written = part.get_payload()
    if isinstance(written, str) and len(written) > LARGE and _encoding(part) == "base64":
        with contextlib.suppress(binascii.Error, ValueError):
            return _in_slices(written)
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _encoding(part: Message) -> str:
    return str(part.get("content-transfer-encoding") or "").strip().lower()


def _in_slices(written: str) -> bytes:
    """Base64, a part at a time: the library's way would stop all other threads for 0.2 s."""
    made, rest = bytearray(), ""
    for start in range(0, len(written), LARGE):
        letters = rest + "".join(written[start : start + LARGE].split())
        whole = len(letters) // 4 * 4
        made += binascii.a2b_base64(letters[:whole], strict_mode=True)
        rest = letters[whole:]
    if rest:
        raise ValueError("it ends in the middle")
    return bytes(made)


def _name(part: Message) -> str:
    """The name of a file, without anything that leads elsewhere or hides its ending."""
    raw = part.get_filename() or ""
    safe = _UNSAFE.sub("_", line(header_text(raw), 1000)).strip(" .")
    stem, dot, ending = safe.rpartition(".")
    if len(safe) > NAME_LETTERS and dot and len(ending) < 10:
        return f"{stem[: NAME_LETTERS - len(ending) - 1]}.{ending}"
    return safe[:NAME_LETTERS]


def _keep(part: Message, kind: str, name: str, content: Content) -> None:
    if not name and part.get_content_maintype() == "multipart":
        return  # a multipart without parts: its defect is told
    number = len(content.files) + len(content.left_out) + 1
    ending = ".eml" if kind == "message/rfc822" else ""
    octets = _inner_mail(part) if part.get_content_maintype() == "message" else _octets(part)
    content.keep(
        MailFile(
            name=name or f"file-{number}{ending}",
            content_type=kind if _TYPE.fullmatch(kind) else "application/octet-stream",
            content=octets,
            cid=line(str(part.get("content-id") or "").strip("<> ")),
        )
    )


def _inner_mail(part: Message) -> bytes:
    """A mail inside a mail, or the reports that stand for one, as octets."""
    inner = part.get_payload()
    if isinstance(inner, str) or not isinstance(inner, list):
        return _octets(part)
    return b"\n".join(
        each.as_bytes(policy=AS_IT_CAME) for each in inner if not isinstance(each, str)
    )
