"""Reading what a client sends: bodies with a bound on length and time, and strict JSON.

JSON: RFC 8259 read strictly (no NaN, no doubled names, no lone surrogates), security.md 10; nor the
character NUL, which no database of ours keeps in a text.
"""

from __future__ import annotations

import asyncio
import json
import re
from decimal import Decimal
from typing import ClassVar, NoReturn, TypeAlias

from aiohttp import web

from ivr.domain.errors import RequestError
from ivr.web.guard import Guarded

MAX_DEPTH = 32
MAX_DIGITS = 20
MAX_NUMBER = 40

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"

_BODY: web.RequestKey[bytes] = web.RequestKey("ivr_body", bytes)
# Ends at the closing quote or at the end of the text, so that it never has to look twice.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_AS_LISTS = dict.fromkeys(range(128)) | {ord("{"): "[", ord("}"): "]"}
_AS_LISTS |= {ord("["): "[", ord("]"): "]"}


class TooLargeError(RequestError):
    """The body is longer than this route takes."""

    code: ClassVar[str] = "too-large"
    status: ClassVar[int] = 413


class SlowBodyError(RequestError):
    """The body did not arrive in time."""

    code: ClassVar[str] = "slow-body"
    status: ClassVar[int] = 408


class MediaTypeError(RequestError):
    """The body is of a kind, or packed in a way, that this route does not read."""

    code: ClassVar[str] = "media-type"
    status: ClassVar[int] = 415


class MalformedError(RequestError):
    """The body does not follow the rules of its format."""

    code: ClassVar[str] = "malformed"
    status: ClassVar[int] = 400


async def read_body(request: web.BaseRequest, limit_bytes: int, within_s: float) -> bytes:
    """The raw octets of the body; a second call gets the same ones.

    within_s counts from the complete head. On a guarded connection the answer 408 leaves a little
    earlier, since at `within_s` the connection is cut. Raises TooLargeError, SlowBodyError,
    MediaTypeError, MalformedError (broken chunks); ConnectionError if the client has gone.
    """
    if any(value.lower() != "identity" for value in request.headers.getall("Content-Encoding", ())):
        raise MediaTypeError("compressed bodies are not taken")
    body = request.get(_BODY)
    if body is None:
        if (request.content_length or 0) > limit_bytes:
            raise TooLargeError(f"more than {limit_bytes} bytes")
        body = request[_BODY] = await _collect(request, limit_bytes, within_s)
    if len(body) > limit_bytes:
        raise TooLargeError(f"more than {limit_bytes} bytes")
    return body


async def _collect(request: web.BaseRequest, limit_bytes: int, within_s: float) -> bytes:
    """Read until the end or one chunk past the limit."""
    if request.content.is_eof() and request.content.exception() is None:
        return request.content.read_nowait()  # a small body came with its head: nothing to wait for
    body = bytearray()
    try:
        async with asyncio.timeout(_patience(request, within_s)):
            while len(body) <= limit_bytes and (chunk := await request.content.readany()):
                body += chunk
    except TimeoutError as error:
        raise SlowBodyError(f"not complete within {within_s:g} s") from error
    except web.RequestPayloadError as error:
        raise MalformedError("the body breaks off or its chunks are garbled") from error
    return bytes(body)


def _patience(request: web.BaseRequest, within_s: float) -> float:
    """Seconds to wait for the body, leaving a tenth (at most 0.5 s) to say 408 before the cut."""
    protocol = request.protocol
    if not isinstance(protocol, Guarded):
        return within_s
    left_s = protocol.allow_body(request.content, within_s)
    return left_s - min(0.5, left_s / 10)


async def read_json(request: web.BaseRequest, limit_bytes: int, within_s: float) -> Json:
    """The JSON body of a request. Raises what `read_body` and `parse_json` raise.

    A body of another type, or without one, is a MediaTypeError.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != (
        "application/json"
    ):
        raise MediaTypeError("the body must be application/json")
    return parse_json(await read_body(request, limit_bytes, within_s))


def parse_json(raw: bytes) -> Json:
    """Read JSON by the strict rules; numbers with a point or exponent become Decimal.

    Depth <= 32, integers <= 20 digits, other numbers <= 40 characters and below 10^309. Raises
    MalformedError, never anything else; linear time.
    """
    try:
        text = raw.decode("utf-8")
        _check_depth(text)
        if _NUL.search(text):
            raise MalformedError("a text holds the character NUL")
        value: Json = json.loads(
            text,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
            object_pairs_hook=_record,
        )
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise MalformedError("not JSON in UTF-8 by the strict rules") from error
    return value


def _check_depth(text: str) -> None:
    """Peel one layer of brackets at a time; unbalanced text is left for the parser to refuse."""
    brackets = _STRING.sub("", text).translate(_AS_LISTS)
    for _ in range(MAX_DEPTH):
        peeled = brackets.replace("[]", "")
        if peeled == brackets:
            return
        brackets = peeled
    if "[]" in brackets:
        raise MalformedError(f"nested deeper than {MAX_DEPTH}")


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise MalformedError(f"an integer has more than {MAX_DIGITS} digits")
    return int(digits)


def _number(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= MAX_NUMBER else None
    if number is None or not -400 < number.adjusted() < 309:
        raise MalformedError("a number is too long or too large")
    return number


def _constant(word: str) -> NoReturn:
    raise MalformedError(f"{word} is no JSON number")


def _record(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise MalformedError("an object names the same key twice")
    return record
