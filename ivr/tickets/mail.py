"""What becomes of a mail: which ticket it belongs to, whether one is opened, and who is answered.

Pure: the store finds the tickets of known Message-IDs and asks here. Message-IDs stand without
angle brackets everywhere. Sources: tickets.md section 7, RFC 3834, RFC 5322 3.6.4.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.tickets.numbering import find_in, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_ANSWERS = 3
"""Automatic answers to one sender on one day; after that two machines have stopped talking."""
MOST_IDS = 50
"""Message-IDs of a conversation that are looked up, the nearest first."""
OURS = "ivr."
"""How the Message-IDs begin that we give."""
_BULK = frozenset({"bulk", "junk", "list"})
_MACHINES = re.compile(
    r"(mailer-daemon|postmaster|(no|do[-_.]?not)[-_.]?reply|bounces?)([-+_.=].*)?", re.IGNORECASE
)
_ID = re.compile(r"<([^<>\s]{1,500})>")
_KEY = re.compile(r"[A-Za-z0-9._-]{1,200}")


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What the headers of a mail say. sender: address in lower case, "" = unreadable.

    thread: Message-IDs of the mails before it, the nearest first. ours: its Message-ID is one that
    we gave. from_us: it was sent by an address of ours. null_return: the empty return path of
    bounces. hushed: it asks for no answers, as mailing lists do.
    """

    sender: str
    subject: str
    message_id: str = ""
    thread: tuple[str, ...] = ()
    auto_submitted: str = ""
    precedence: str = ""
    ours: bool = False
    from_us: bool = False
    null_return: bool = False
    hushed: bool = False


class Fate(StrEnum):
    """new: opens an item of the intake. append: belongs to a ticket. reject: is only kept."""

    NEW = "new"
    APPEND = "append"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a mail. ticket: its number, also of one that is rejected, "" = none found.

    by: `thread` or `subject`, how the ticket was found; anybody can write a number into a subject.
    reason: of a rejected one: `auto_submitted`, `bulk` or `own`.
    """

    fate: Fate
    ticket: str = ""
    by: str = ""
    reason: str = ""


def decide(facts: MailFacts, known: Mapping[str, str]) -> Verdict:
    """The verdict on a mail. known: Message-ID -> ticket number, of those in `facts.thread`."""
    ticket, by = _ticket_of(facts, known)
    reason = unwanted(facts)
    if reason:
        return Verdict(Fate.REJECT, ticket, by, reason)
    return Verdict(Fate.APPEND if ticket else Fate.NEW, ticket, by)


def _ticket_of(facts: MailFacts, known: Mapping[str, str]) -> tuple[str, str]:
    for message_id in facts.thread:
        if message_id in known:
            return known[message_id], "thread"
    number = find_in(facts.subject)
    return (number, "subject") if number else ("", "")


def unwanted(facts: MailFacts) -> str:
    """Why a mail opens no ticket and gets no answer, "" if it may."""
    if facts.ours:
        return "own"
    if _first_word(facts.auto_submitted) not in {"", "no"}:
        return "auto_submitted"
    return "bulk" if _first_word(facts.precedence) in _BULK else ""


def _first_word(value: str) -> str:
    """`auto-replied; owner-email="..."` is auto-replied."""
    return value.partition(";")[0].strip().lower()


def may_answer(facts: MailFacts, answered_today: int) -> bool:
    """Whether this mail may be answered without anybody writing the answer.

    answered_today: automatic answers that its sender has got on this day. Beyond what opens no
    ticket, these get none: bounces, mailing lists, ourselves, addresses of machines (RFC 3834, 2).
    """
    name = facts.sender.partition("@")[0]
    hushed = facts.null_return or facts.hushed or facts.from_us or _MACHINES.fullmatch(name)
    if not facts.sender or hushed or unwanted(facts):
        return False
    return answered_today < MOST_ANSWERS


def message_ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a header, in their order."""
    return tuple(_ID.findall(text))


def thread_of(in_reply_to: str, references: str) -> tuple[str, ...]:
    """The mails before this one: In-Reply-To, then References from the last to the first."""
    found = (*message_ids(in_reply_to), *reversed(message_ids(references)))
    return tuple(dict.fromkeys(found))[:MOST_IDS]


def our_id(key: str, domain: str) -> str:
    """The Message-ID of a mail of ours, the same each time. Raises ValueError for a bad key."""
    if not _KEY.fullmatch(key):
        raise ValueError("a key of a mail is letters, digits and - _ . only")
    return f"{OURS}{key}@{domain}"


def is_ours(message_id: str, domains: Sequence[str]) -> bool:
    """Whether we gave this Message-ID. domains: of our addresses, in lower case."""
    name, _, domain = message_id.rpartition("@")
    return name.startswith(OURS) and domain.lower() in domains


def dedupe_key(facts: MailFacts, date: str, body: str | bytes) -> str:
    """By what a second arrival of the same mail is known: its Message-ID, else a hash.

    date: the header as written. body: as it came.
    """
    if facts.message_id and len(facts.message_id) <= 200:
        return f"mail:{facts.message_id}"
    if facts.message_id:
        return f"mail:sha256:{_hash([facts.message_id.encode()])}"
    octets = body if isinstance(body, bytes) else _octets(body)
    parts = [_octets(text) for text in (facts.sender, date, facts.subject)]
    return f"mail:sha256:{_hash([*parts, octets])}"


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _hash(parts: Sequence[bytes]) -> str:
    """SHA-256 in hex; each part is preceded by its length, so that none runs into the next."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def reply_subject(subject: str, number: str) -> str:
    """The subject of an answer: the number of the ticket first, so that the next mail finds it."""
    mark = tag(number)
    return subject if mark in subject else f"{mark} {subject}".rstrip()
