"""Reading a form that was sent with files (RFC 7578), with a bound on everything.

A file goes to its place as it comes in; when anything in the form is refused, all of its files are
destroyed again.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from ivr.domain.errors import RequestError
from ivr.tickets.file_kinds import HEAD_BYTES, USUAL, FileKindError, judge
from ivr.web.bodies import MalformedError, MediaTypeError, SlowBodyError, TooLargeError
from ivr.web.guard import Guarded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from ivr.runtime.ports.files import Files
    from ivr.runtime.ports.ticket_rows import NewFile

TEXT_BYTES = 64 * 1024
MOST_FIELDS = 60
WITHIN_S = 120.0
MB = 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Taking:
    """How files are taken. files: where to. kinds: endings (ivr/tickets/file_kinds.py)."""

    files: Files
    most: int = 5
    most_bytes: int = 10 * MB
    kinds: frozenset[str] = USUAL


@dataclass(slots=True)
class Sent:
    """What was sent. values: the last one of a name counts. files: kept already. refused: why the
    first file that is not taken is not, None = all are. came: files, those too."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: list[NewFile] = field(default_factory=list)
    refused: FileKindError | None = None
    came: int = 0
    taken: bool = False

    def take(self) -> tuple[NewFile, ...]:
        """The files, which somebody takes over now."""
        self.taken = True
        return tuple(self.files)


@asynccontextmanager
async def received(request: web.Request, taking: Taking) -> AsyncIterator[Sent]:
    """What was sent, for as long as the block lasts. Files that nobody takes over are destroyed at
    its end, and so are those whose taking over was refused. Raises as `read_form`.
    """
    sent = Sent()
    try:
        sent.values = await _within(request, taking, sent)
        yield sent
    except RequestError:
        sent.taken = False  # nothing was done; of a store that failed nobody knows
        raise
    finally:
        if not sent.taken:
            await drop(taking.files, sent.files)


async def read_form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form without files, urlencoded or multipart.

    Raises TooLargeError, SlowBodyError, MediaTypeError, MalformedError.
    """
    return await _within(request, None, Sent())


async def drop(files: Files, kept: Sequence[NewFile]) -> None:
    """Destroy what was kept for nothing."""
    for each in kept:
        await files.drop(each.uri)


async def _within(request: web.Request, taking: Taking | None, sent: Sent) -> Mapping[str, str]:
    kind = request.content_type
    if kind not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        raise MediaTypeError("a form is expected")
    within_s = WITHIN_S if taking else WITHIN_S / 4
    if isinstance(request.protocol, Guarded):
        within_s = request.protocol.allow_body(request.content, within_s)
    try:
        async with asyncio.timeout(within_s):
            if kind == "multipart/form-data":
                return await _multipart(request, taking, sent)
            return _plain(await _bounded(request))
    except TimeoutError as error:
        raise SlowBodyError("the form is not complete in time") from error
    except (ValueError, AssertionError, web.RequestPayloadError) as error:
        raise MalformedError("this is no form") from error


async def _bounded(request: web.Request) -> str:
    body = bytearray()
    while chunk := await request.content.readany():
        body += chunk
        if len(body) > TEXT_BYTES * 4:
            raise TooLargeError("the form is too long")
    return body.decode()


def _plain(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))


async def _multipart(request: web.Request, taking: Taking | None, sent: Sent) -> Mapping[str, str]:
    reader = await request.multipart()
    values: dict[str, str] = {}
    count = 0
    while (part := await reader.next()) is not None:
        count += 1
        if not isinstance(part, BodyPartReader) or count > MOST_FIELDS:
            raise MalformedError("the form has too many parts")
        if part.filename is None:
            values[part.name or ""] = (await _octets(part)).decode()
        else:
            await _take(part, taking, sent)
    return values


async def _octets(part: BodyPartReader) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        body += chunk
        if len(body) > TEXT_BYTES:
            raise TooLargeError("a part of the form is too long")
    return bytes(body)


async def _take(part: BodyPartReader, taking: Taking | None, sent: Sent) -> None:
    """A field for files that was left empty comes as one file without name and content."""
    head = await _head(part)
    if not head:
        return
    sent.came += 1
    if taking is None or sent.came > taking.most:
        raise TooLargeError("there are too many files")
    if not part.filename:
        raise MalformedError("a file has no name")
    name = _name(part.filename)
    try:
        mime = judge(name, head, taking.kinds)
    except FileKindError as error:
        sent.refused = sent.refused or error
        await _skip(part, taking.most_bytes - len(head))
    else:
        sent.files.append(await _stored(part, head, taking, (name, mime)))


async def _skip(part: BodyPartReader, most: int) -> None:
    """Read what is not wanted, so that the rest of the form is found."""
    while chunk := await part.read_chunk(_CHUNK):
        most -= len(chunk)
        if most < 0:
            raise TooLargeError("a file is too large")


async def _head(part: BodyPartReader) -> bytes:
    """The beginning of a file, enough to judge it."""
    head = bytearray()
    while len(head) < HEAD_BYTES and (chunk := await part.read_chunk(_CHUNK)):
        head += chunk
    return bytes(head)


async def _stored(
    part: BodyPartReader, head: bytes, taking: Taking, called: tuple[str, str]
) -> NewFile:
    async with taking.files.draft() as draft:
        size, chunk = 0, head
        while chunk:
            size += len(chunk)
            if size > taking.most_bytes:
                raise TooLargeError(f"a file has more than {taking.most_bytes // MB} MB")
            await draft.write(chunk)
            chunk = await part.read_chunk(_CHUNK)
        return await draft.keep(*called)


def _name(given: str) -> str:
    """The name alone, without folders and what cannot be seen."""
    bare = given.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in bare if each.isprintable())[-200:].strip(" .") or "file"
