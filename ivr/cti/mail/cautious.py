"""How the reader of the standard library is set up so that no mail keeps it busy for long.

Headers are cut and stay plain text, since the library takes 2.5 s (3.11) for a Content-Type of
64 KB; what is needed of them is taken apart by `headers.py`. Mails made of thousands of parts are
not taken apart at all.
"""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import EmailPolicy
from typing import TYPE_CHECKING, Any

from ivr.cti.mail.letters import decoded

if TYPE_CHECKING:
    from email.message import EmailMessage

HEADER_BYTES = 8192
PART_HEADER_BYTES = 1000
HEAD_BYTES = 64 * 1024
MOST_PARTS = 1000
MOST_WORK = 20_000_000
"""Lines times levels of nesting: each line is held against the boundary of every level."""


class CautiousPolicy(EmailPolicy):
    """`policy.default` with bounds; headers are plain text."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, Any]:
        """Cut the header, and read octets that stand in it unencoded."""
        name, value = super().header_source_parse(sourcelines)
        is_part = name.lower().startswith("content-")
        value = " ".join(str(value)[: PART_HEADER_BYTES if is_part else HEADER_BYTES].split())
        if not value.isascii():
            value = decoded(value.encode("utf-8", "surrogateescape"), "unknown")
        return name, value

    def header_fetch_parse(self, _name: str, value: Any) -> Any:  # noqa: ANN401 - the library's
        """As it stands."""
        return value


_PARSER = BytesParser(policy=CautiousPolicy())


def taken_apart(raw: bytes) -> tuple[EmailMessage, str]:
    """The mail, and why only its head was taken apart, "" if all of it was."""
    wild = too_wild(raw)
    if wild:
        return _message(raw[:HEAD_BYTES], headersonly=True), wild
    return _message(raw, headersonly=False), ""


def _message(raw: bytes, *, headersonly: bool) -> EmailMessage:
    made: EmailMessage = _PARSER.parsebytes(raw, headersonly=headersonly)  # type: ignore[assignment]
    return made


def too_wild(raw: bytes) -> str:
    """Why a mail is not taken apart, "" if it is."""
    if raw.count(b"\n--") > 2 * MOST_PARTS:
        return "it has too many parts"
    small = raw.lower()
    levels = 1 + small.count(b"multipart/") + small.count(b"message/")
    if levels * raw.count(b"\n") > MOST_WORK:
        return "its parts are nested too deep"
    return ""
