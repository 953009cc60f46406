"""The seams of e-mail: where read mail goes, how far a mailbox was read, and who sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from ivr.tickets.mail import MailFacts


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that came with a mail. content_type: as the sender claims, not to be trusted.

    cid: what the HTML of the mail calls it (`cid:...`), "" = nothing.
    """

    name: str
    content_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that was not taken over, and why; the mail server still has it."""

    name: str
    size_bytes: int
    reason: str


@dataclass(frozen=True, slots=True)
class MailIn:
    """A mail as it was read. Every text is clean (NFC, no controls) and still untrusted.

    key: the dedupe_key. account: its name in the configuration; team: who answers there, "" = not
    said. received_at: when the mail server got it. sent_at: what the sender says. reply_to: where
    he wants answers, "" = at his address. text: what is new
    in it, without quotations; whole_text: all of it. html: sanitised, "" = there was none;
    blocked_images: how many remote images were taken out of it. faults: what was wrong with the
    mail, in words for people. raw: every octet, at most 36 MB of them; b"" if the server gave none.
    """

    key: str
    account: str
    team: str
    received_at: datetime
    facts: MailFacts
    sender_name: str = ""
    reply_to: str = ""
    recipients: tuple[str, ...] = ()
    sent_at: datetime | None = None
    text: str = ""
    whole_text: str = ""
    html: str = ""
    blocked_images: int = 0
    files: tuple[MailFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    faults: tuple[str, ...] = ()
    raw: bytes = b""


class MailIntake(Protocol):
    """Where mail goes that was read."""

    async def accept(self, mail: MailIn) -> None:
        """Keep it durably; a second one with the same key changes nothing. What becomes of it is
        decided by `ivr.tickets.mail.decide`. Raises PortError; a retryable one is tried again."""


@dataclass(frozen=True, slots=True)
class MailPosition:
    """How far a mailbox was read. uidvalidity, uid: RFC 3501 section 2.3.1.1.

    since: the day from which its mails concern us, None = all do.
    """

    uidvalidity: int
    uid: int
    since: date | None = None


class MailPositions(Protocol):
    """How far each mailbox was read. mailbox: its own key, such as user@host/INBOX."""

    async def get(self, mailbox: str) -> MailPosition | None:
        """None if it was never read."""

    async def save(self, mailbox: str, position: MailPosition) -> None:
        """Keep it durably, in the place of the earlier one."""


@dataclass(frozen=True, slots=True)
class MailOut:
    """A mail to one person.

    account: which of ours sends it. key: makes our Message-ID, so that a repeat has the same one;
    letters, digits and - _ . only, such as the id of the outbox message. in_reply_to, references:
    Message-IDs without angle brackets. automatic: nobody wrote it (`Auto-Submitted`).
    """

    account: str
    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    automatic: bool = False
    files: Sequence[MailFile] = ()


class Mailer(Protocol):
    """Who sends mail."""

    async def send(self, mail: MailOut) -> str:
        """Hand it to the mail server; returns its Message-ID without angle brackets. May send
        twice after a doubt, with the same Message-ID. Raises PortError, retryable or not."""
