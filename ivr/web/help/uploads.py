"""Reading a form that was sent with files (RFC 7578), with a bound on everything."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from ivr.web.bodies import MalformedError, MediaTypeError, SlowBodyError, TooLargeError
from ivr.web.guard import Guarded

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_FILES = 5
FILE_BYTES = 10 * 1024 * 1024
TEXT_BYTES = 64 * 1024
MOST_FIELDS = 60
WITHIN_S = 120.0
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form. mime: as the sender claims."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent. The last value of a name counts."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Upload, ...] = ()


async def read_form(request: web.Request, *, files: bool = False) -> Sent:
    """The fields of a form, urlencoded or multipart.

    Raises TooLargeError, SlowBodyError, MediaTypeError, MalformedError.
    """
    kind = request.content_type
    if kind not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        raise MediaTypeError("a form is expected")
    within_s = WITHIN_S if files else WITHIN_S / 4
    if isinstance(request.protocol, Guarded):
        within_s = request.protocol.allow_body(request.content, within_s)
    try:
        async with asyncio.timeout(within_s):
            if kind == "multipart/form-data":
                return await _multipart(request, MOST_FILES if files else 0)
            return Sent(_plain(await _bounded(request)))
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


async def _multipart(request: web.Request, most_files: int) -> Sent:
    reader = await request.multipart()
    values: dict[str, str] = {}
    files: list[Upload] = []
    count = 0
    while (part := await reader.next()) is not None:
        count += 1
        if not isinstance(part, BodyPartReader) or count > MOST_FIELDS:
            raise MalformedError("the form has too many parts")
        if part.filename is None:
            values[part.name or ""] = (await _octets(part, TEXT_BYTES)).decode()
        elif part.filename or most_files:
            content = await _octets(part, FILE_BYTES if most_files else 0)
            if part.filename and content:
                files.append(Upload(_name(part.filename), _mime(part), content))
        if len(files) > most_files:
            raise TooLargeError("there are too many files")
    return Sent(values, tuple(files))


async def _octets(part: BodyPartReader, most: int) -> bytes:
    body = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        body += chunk
        if len(body) > most:
            raise TooLargeError("a part of the form is too long")
    return bytes(body)


def _mime(part: BodyPartReader) -> str:
    return part.headers.get("Content-Type", "application/octet-stream")[:128]


def _name(given: str) -> str:
    """The name alone, without folders and what cannot be seen."""
    bare = given.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in bare if each.isprintable())[:200] or "file"
