"""What a ticket system of others is to us: words of ours go in, theirs stay inside its adapter.

Each adapter turns its system's answers into one `NotTakenError`: 401 and 403 pause it until a
person has looked at the token; 404 of a ticket it had keeps that ticket waiting for a person.
Source: tickets.md section 16.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from ivr.cti.mail.markup import Sanitiser, crude_text, text_of, too_much
from ivr.cti.outbox.line import JSON_TYPE, Line, Question
from ivr.cti.outbox.retrying import NotTakenError, refusal
from ivr.runtime.ports.deliveries import DEAD, HELD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.cti.post import Target
    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.far.inbox import Message

MOST_FILE_BYTES = 10_000_000
_MARK = re.compile(r"\[ivr:([0-9A-Z]{26})\]")
_SAID = 200


@dataclass(frozen=True, slots=True)
class FarRules:
    """How our words become theirs. status: our code -> theirs; teams, people: our name -> theirs.

    queue: where tickets go whose team is not named. number_field: of theirs that holds our number,
    "" = none. requester: in whose name a ticket stands whose customer has no e-mail address.
    """

    queue: str = ""
    number_field: str = ""
    requester: str = ""
    status: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FarPlace:
    """What an adapter stands on. headers: that sign us in."""

    name: str
    target: Target
    headers: Mapping[str, str]
    rules: FarRules
    clock: Clock


@dataclass(frozen=True, slots=True)
class FarFile:
    """A file of an article. content None: it is too big or gone, so only its name is told."""

    name: str
    mime: str
    size_bytes: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class TicketOut:
    """A ticket of ours as others are told. id: public; email: of the customer, "" = none.

    state: the type of its status; priority 1 low - 4 urgent. status, team, assignee: our words.
    """

    id: str
    number: str
    subject: str
    text: str
    email: str
    status: str
    state: str
    priority: int
    team: str
    assignee: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleOut:
    """Something said on a ticket of ours."""

    id: str
    author: str
    kind: str
    internal: bool
    body: str
    is_html: bool
    files: tuple[FarFile, ...] = ()

    @property
    def subject(self) -> str:
        """Who said it, with a mark by which we know it again."""
        return f"{self.kind} {self.author[:64]} [ivr:{self.id}]"

    @property
    def text(self) -> str:
        """What was said, and the files that cannot be sent along."""
        lines = [
            f"[{each.name}: {each.size_bytes} B]" for each in self.files if each.content is None
        ]
        ends = "<br>" if self.is_html else "\n"
        return ends.join([self.body, *lines])


@dataclass(frozen=True, slots=True)
class FarTicket:
    """A ticket as they have it. id: the one it lives on under. status, owner, priority: their
    words, an owner "" = nobody. customers: whose words are the customer's. others: what else it
    says of itself that we do not keep."""

    id: str
    status: str
    owner: str = ""
    final: bool = False
    priority: str = ""
    customers: frozenset[str] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FarArticle:
    """Something said there. marks: ids of ours that its subject names; is_customer: the customer's
    own words. body: plain text, None = `whole` must be asked for it. files: their names."""

    id: str
    author: str
    at: datetime
    internal: bool
    is_customer: bool = False
    marks: tuple[str, ...] = ()
    body: str | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HookIn:
    """A request of theirs. headers: names in lower case. Its body is signed with the secret."""

    headers: Mapping[str, str]
    body: bytes
    secret: str
    now: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What has happened there since. position: from where to ask the next time."""

    messages: Sequence[Message]
    position: str


class Speech(Protocol):
    """Words of ours and theirs (ivr/cti/adapters/words.py)."""

    def fields(self, ticket: TicketOut) -> dict[str, str]:
        """Status, assignee and priority in their words; an owner they do not know is missing."""

    def theirs(self, there: FarTicket) -> dict[str, str]:
        """The same of a ticket of theirs."""

    def ours(self, field: str, word: str) -> str | None:
        """What a word of theirs is here; None if it is nothing."""


class FarSystem(Protocol):
    """A ticket system. Every method raises NotTakenError."""

    @property
    def words(self) -> Speech:
        """How ours become theirs, and theirs ours."""

    async def find(self, ticket: TicketOut) -> str | None:
        """Their id of a ticket that we have told them of before; None if they have none."""

    async def create(self, ticket: TicketOut) -> str:
        """Open it there; gives their id."""

    async def look(self, far_id: str) -> FarTicket:
        """How it stands there; a merged one leads to the one it went into."""

    async def told(self, far_id: str) -> Mapping[str, str]:
        """Ids of our articles that it has -> their ids."""

    async def said(self, there: FarTicket) -> Sequence[FarArticle]:
        """Everything said there, oldest first, what we opened it with left out."""

    async def whole(self, article: FarArticle) -> FarArticle:
        """The same with its body."""

    async def append(self, far_id: str, article: ArticleOut) -> str:
        """Add an article; gives their id, "" if they do not say."""

    async def settle(self, there: FarTicket, wanted: Mapping[str, str]) -> None:
        """Make fields there so: status, assignee, priority -> their word; what agrees is left
        alone."""

    async def news(self, position: str) -> News:
        """What has happened since; for systems that are asked. position "": begin with now."""

    async def close(self) -> None:
        """Let go of every connection."""


@dataclass(frozen=True, slots=True)
class TicketAdapter:
    """A kind of ticket system. hook: reads what it posts to us, raises NotSignedError and
    NotValidError;
    None = it is asked instead."""

    open: Callable[[FarPlace], FarSystem]
    hook: Callable[[HookIn], Sequence[Message]] | None = None


async def never_asked(_position: str) -> News:
    """For systems that post what has happened."""
    return News((), "")


class Api:
    """Their HTTP API: JSON out, JSON in."""

    def __init__(self, place: FarPlace) -> None:
        self._place = place
        self._line = Line(place.name, place.target, limit_s=20.0)

    async def get(self, path: str) -> Any:  # noqa: ANN401 - their JSON
        """Ask for something."""
        return await self.send("GET", path)

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - their JSON
        """Have something done; None for an empty answer."""
        octets = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return await self.octets(method, path, octets, headers)

    async def octets(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str] | None = None,
        mime: str = JSON_TYPE,
    ) -> Any:  # noqa: ANN401 - their JSON
        """The same with a body that is made already."""
        signed_in = {**self._place.headers, **(headers or {})}
        reply = await self._line.ask(Question(method, path, body, signed_in, mime))
        wrong = refusal(reply.status, reply.headers, self._place.clock.now())
        if wrong is not None:
            raise _meant(reply.status, reply.body, wrong)
        return reply.json() if reply.body.strip() else None

    async def close(self) -> None:
        """Let go of every connection."""
        await self._line.close()


def moment_of(text: object) -> datetime:
    """A time of theirs, `2026-11-22T13:34:16Z`. Raises NotTakenError for what is none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise NotTakenError("a time in the answer is no time", sick=True) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def said_text(content: object, is_html: bool) -> str:
    """What was said as plain text, however it was written."""
    text = str(content or "").replace("\0", "")
    if not is_html:
        return text
    return crude_text(text) if too_much(text) else text_of(Sanitiser().clean(text))


def marks_in(text: str) -> list[str]:
    """Ids of our articles that a text of theirs names."""
    return _MARK.findall(text)


def _meant(status: int, body: bytes, wrong: NotTakenError) -> NotTakenError:
    said = f"{wrong.reason}: {_plain(body)}" if wrong.fate == DEAD else wrong.reason
    if status in {401, 403}:
        return NotTakenError(f"it does not let us in: {said}", pauses=True)
    if status in {404, 410}:
        return NotTakenError(f"it does not know this any more: {said}", HELD)
    return NotTakenError(said, wrong.fate, after_s=wrong.after_s, sick=wrong.sick)


def _plain(body: bytes) -> str:
    """What they said of a refusal, for a person: bounded, on one line."""
    return " ".join(body[:_SAID].decode("utf-8", "replace").split())
