"""Reading a mail: whatever came, something a person can look at comes out.

A mail that cannot be taken apart is still handed on, with its octets and what was wrong with it.
Slow for large ones (36 MB: seconds), so call it from a thread.
"""

from __future__ import annotations

import html as html_library
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.cti.mail import headers, markup
from ivr.cti.mail.cautious import taken_apart
from ivr.cti.mail.letters import decoded, lines
from ivr.cti.mail.parts import Content, Piece, content_of
from ivr.runtime.ports.mail import MailIn
from ivr.tickets.mail import MailFacts, dedupe_key
from ivr.tickets.quoting import new_text

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import Message

SHOWN_LETTERS = 20_000
WHOLE_LETTERS = 200_000
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a mail came to us. account, team: of the configuration. key: stands in for the
    dedupe_key if there are no octets to make one of. cut: the mail server has more of it."""

    account: str
    received_at: datetime
    team: str = ""
    ours: headers.Ours = field(default_factory=headers.Ours)
    key: str = ""
    cut: bool = False


def read_mail(raw: bytes, arrival: Arrival) -> MailIn:
    """The mail in these octets. Never fails."""
    try:
        return _read(raw, arrival)
    except Exception as error:
        fault = f"it cannot be read ({type(error).__name__})"
        _LOG.warning("mail_unreadable", extra={"facts": {"account": arrival.account}})
        return bare_mail(raw, arrival, fault)


def bare_mail(raw: bytes, arrival: Arrival, fault: str) -> MailIn:
    """A mail of which nothing was read, so that a person looks at it."""
    nobody = MailFacts(sender="", subject="")
    return MailIn(
        key=dedupe_key(nobody, "", raw) if raw else arrival.key,
        account=arrival.account,
        team=arrival.team,
        received_at=arrival.received_at,
        facts=nobody,
        faults=(fault,),
        raw=raw,
    )


def _read(raw: bytes, arrival: Arrival) -> MailIn:
    message, wild = taken_apart(raw)
    content = Content(pieces=[_as_it_came(raw)]) if wild else content_of(message)
    facts = headers.facts_of(message, arrival.ours)
    html, blocked = _html(content)
    whole = lines(_text(content), WHOLE_LETTERS).strip()
    return MailIn(
        key=dedupe_key(
            facts, headers.header(message, "date"), b"" if facts.message_id else _body(raw)
        ),
        account=arrival.account,
        team=arrival.team,
        received_at=arrival.received_at,
        facts=facts,
        sender_name=headers.sender_of(message)[0],
        reply_to=headers.address_in(message, "reply-to"),
        recipients=headers.recipients_of(message),
        sent_at=headers.sent_at(message),
        text=lines(new_text(whole), SHOWN_LETTERS),
        whole_text=whole,
        html=html,
        blocked_images=blocked,
        files=tuple(content.files),
        left_out=tuple(content.left_out),
        faults=_faults(message, content, wild, cut=arrival.cut),
        raw=raw,
    )


def _body(raw: bytes) -> bytes:
    """What stands behind the headers, with line ends of one kind."""
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def _as_it_came(raw: bytes) -> Piece:
    return Piece(plain=decoded(_body(raw[: 4 * WHOLE_LETTERS]), "us-ascii"))


def _text(content: Content) -> str:
    return "\n\n".join(piece.plain or _plain_of(piece.html) for piece in content.pieces)


def _plain_of(html: str) -> str:
    if markup.too_much(html):
        return markup.crude_text(html)
    return markup.text_of(markup.Sanitiser().clean(lines(html, len(html) + 1)))


def _html(content: Content) -> tuple[str, int]:
    """All pieces as harmless HTML, and the number of blocked images; "" if none came as HTML."""
    if not any(piece.html for piece in content.pieces):
        return "", 0
    whole = "\n".join(piece.html or _escaped(piece.plain) for piece in content.pieces)
    if markup.too_much(whole):
        return "", 0
    sanitiser = markup.Sanitiser()
    clean = sanitiser.clean(lines(whole, len(whole) + 1))
    return clean, sanitiser.blocked


def _escaped(text: str) -> str:
    return f"<pre>{html_library.escape(text)}</pre>"


def _faults(message: Message, content: Content, wild: str, *, cut: bool) -> tuple[str, ...]:
    found = [f"it was not taken apart: {wild}"] if wild else []
    if content.defects:
        found.append(f"it is malformed ({', '.join(sorted(content.defects))})")
    if any(markup.too_much(piece.html) for piece in content.pieces):
        found.append("its HTML is too large to be shown")
    if cut:
        found.append("it is too long; the rest is on the mail server")
    if not headers.sender_of(message)[1]:
        found.append("it names no sender")
    return tuple(found)
