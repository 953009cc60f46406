"""A mail of ours as octets: headers that nobody can add to, letters of every language.

Source: RFC 5322, RFC 2047, RFC 3834 (Auto-Submitted).
"""

from __future__ import annotations

from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import PortError
from ivr.tickets.mail import our_id

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.config.mail import OwnAddress
    from ivr.runtime.ports.mail import MailFile, MailOut

MOST_REFERENCES = 20
_ID_LETTERS = 250


class _Ids:
    """Message-IDs, one a line: the library would write long ones as encoded words (3.11)."""

    max_count = 1

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        """As it stands."""
        kwds["parse_tree"] = None
        kwds["decoded"] = value

    def fold(self, *, policy: EmailPolicy) -> str:
        """The header with its line breaks."""
        words = f"{policy.linesep} ".join(str(self).split())
        return f"{getattr(self, 'name', '')}: {words}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        registry.map_to_type(name, _Ids)  # type: ignore[arg-type]
    return SMTP.clone(header_factory=registry, cte_type="7bit")


POLICY = _policy()


def written(mail: MailOut, sender: OwnAddress, now: datetime) -> tuple[EmailMessage, str]:
    """The mail and its Message-ID. Raises PortError for what cannot be written, never to pass."""
    try:
        return _written(mail, sender, now)
    except (ValueError, IndexError, LookupError) as error:
        raise PortError(f"this mail cannot be written: {error}") from None


def _written(mail: MailOut, sender: OwnAddress, now: datetime) -> tuple[EmailMessage, str]:
    for text in (mail.to, mail.subject, mail.in_reply_to, *mail.references):
        _one_line(text)
    message_id = our_id(mail.key, sender.domain.lower())
    message = EmailMessage(POLICY)
    message["From"] = Address(sender.shown, addr_spec=sender.address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = now
    message["Message-ID"] = f"<{message_id}>"
    _thread(message, mail)
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied" if mail.in_reply_to else "auto-generated"
    message.set_content(mail.text, charset="utf-8")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", charset="utf-8")
    for file in mail.files:
        _attach(message, file)
    return message, message_id


def _one_line(text: str) -> None:
    if any(letter in text for letter in "\r\n\0"):
        raise ValueError("a header stands on one line")


def _thread(message: EmailMessage, mail: MailOut) -> None:
    """The first mail of a conversation and the last ones; a long chain is cut in the middle."""
    known = [one for one in dict.fromkeys((*mail.references, mail.in_reply_to)) if _is_id(one)]
    kept = known if len(known) <= MOST_REFERENCES else [known[0], *known[1 - MOST_REFERENCES :]]
    if _is_id(mail.in_reply_to):
        message["In-Reply-To"] = f"<{mail.in_reply_to}>"
    if kept:
        message["References"] = " ".join(f"<{one}>" for one in kept)


def _is_id(text: str) -> bool:
    good = 0 < len(text) <= _ID_LETTERS and text.isascii() and text.isprintable()
    return good and not any(letter in "<> " for letter in text)


def _attach(message: EmailMessage, file: MailFile) -> None:
    _one_line(file.name)
    maintype, _, subtype = file.content_type.partition("/")
    if maintype in {"text", "message", "multipart"} or not subtype:
        maintype, subtype = "application", "octet-stream"  # the octets leave as they are
    message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
