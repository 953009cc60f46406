"""What the headers of a mail say, taken apart with care: nothing in them is believed or fails."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING

from ivr.cti.mail.letters import NAME_LETTERS, header_text, line
from ivr.tickets.mail import MailFacts, is_ours, message_ids, thread_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

MOST_RECIPIENTS = 50
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@<>\"(),:;\\]{1,255}")
_BRACKETED = re.compile(r"<([^<>\s]{3,320})>")
_SUPPRESS = re.compile(r"\b(all|autoreply|oof)\b", re.IGNORECASE)
_LISTS = ("list-id", "list-post", "list-unsubscribe")


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours. addresses: the whole ones from which we send, in lower case."""

    addresses: tuple[str, ...] = ()

    @property
    def domains(self) -> tuple[str, ...]:
        """Those of our addresses."""
        return tuple(dict.fromkeys(one.rpartition("@")[2] for one in self.addresses))


def header(message: Message, name: str) -> str:
    """The first header of this name as text, "" if there is none."""
    value = message.get(name)
    return "" if value is None else str(value)


def facts_of(message: Message, ours: Ours) -> MailFacts:
    """What decides on a mail."""
    sender = sender_of(message)[1]
    [message_id, *_] = (*message_ids(header(message, "message-id")), "")
    return MailFacts(
        sender=sender,
        subject=line(header_text(header(message, "subject"))),
        message_id=line(message_id),
        thread=_clean_ids(message),
        auto_submitted=line(header(message, "auto-submitted")),
        precedence=line(header(message, "precedence")),
        ours=is_ours(message_id, ours.domains),
        from_us=sender in ours.addresses,
        null_return=header(message, "return-path").strip() == "<>",
        hushed=_wants_no_answer(message),
    )


def _clean_ids(message: Message) -> tuple[str, ...]:
    found = thread_of(header(message, "in-reply-to"), header(message, "references"))
    return tuple(map(line, found))


def _wants_no_answer(message: Message) -> bool:
    suppressed = _SUPPRESS.search(header(message, "x-auto-response-suppress"))
    return bool(suppressed) or any(header(message, name) for name in _LISTS)


def sender_of(message: Message) -> tuple[str, str]:
    """Name and address of the sender; "" for what cannot be read."""
    return next(_people(message, "from"), ("", ""))


def address_in(message: Message, name: str) -> str:
    """The first address in a header, "" if there is none."""
    return next(_people(message, name), ("", ""))[1]


def recipients_of(message: Message) -> tuple[str, ...]:
    """The addresses in To and Cc."""
    found = [address for name in ("to", "cc") for _, address in _people(message, name)]
    return tuple(dict.fromkeys(found))[:MOST_RECIPIENTS]


def _people(message: Message, name: str) -> Iterator[tuple[str, str]]:
    """Names and good addresses of a header. Where the library makes nothing of it, as of a comma
    in a name that is not quoted, what stands in < > is taken."""
    value = header(message, name)
    try:
        found = [one for one in getaddresses([value]) if _ADDRESS.fullmatch(one[1])]
    except (RecursionError, ValueError, IndexError):
        found = []
    for shown, address in found or [("", one) for one in _BRACKETED.findall(value)]:
        if _ADDRESS.fullmatch(address):
            yield line(header_text(shown), NAME_LETTERS), line(address.lower())


def sent_at(message: Message) -> datetime | None:
    """When the sender says that he sent it, in UTC."""
    try:
        told = parsedate_to_datetime(header(message, "date"))
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
