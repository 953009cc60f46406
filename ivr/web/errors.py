"""The outermost layer of every request: an id, one shape for errors, and the safe headers."""

from __future__ import annotations

import json
import logging
import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from aiohttp import web

from ivr.domain.errors import RequestError, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiohttp.typedefs import Handler

_LOG = logging.getLogger(__name__)
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer says to browsers."""
API = "/api/"
NO_STORE = "no-store"
NOTHING: Mapping[str, Any] = {}


class RefusalError(RequestError):
    """A refusal that says more than a sentence.

    members: more keys of the answer, plain JSON (RFC 9457 section 3.2). headers: of the answer.
    Any RequestError that has attributes of these names is shown with them.
    """

    def __init__(
        self,
        message: str,
        members: Mapping[str, Any] = NOTHING,
        headers: Mapping[str, str] = NOTHING,
    ) -> None:
        super().__init__(message)
        self.members = members
        self.headers = headers


class InvalidError(RefusalError):
    """The request does not validate; every mistake in it is told at once.

    errors: each with `in` (path, query, header, body), `pointer`, `code`, `params`, `message`.
    """

    code: ClassVar[str] = "not-valid"
    status: ClassVar[int] = 422

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("Request did not validate", {"errors": list(errors)})
        self.errors = tuple(errors)


@web.middleware
async def outermost(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever happens inside leaves as an answer in the form of RFC 9457."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = _problem(_new_id(), error.status, _code(error.reason), error.reason)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    except RequestError as error:
        response = _refused(error)
    except StoreError:
        request_id = _new_id()
        _LOG.warning("request_without_store", extra={"request": request_id})
        response = _problem(request_id, 503, "store", "the database is away for a moment")
    except Exception:
        request_id = _new_id()
        _LOG.exception("request_failed", extra={"request": request_id})
        response = _problem(request_id, 500, "internal", "Something went wrong")
    if not response.prepared:
        _make_safe(request, response)
    return response


def _make_safe(request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer; those of the API are kept by no cache."""
    wanted = dict(SAFE_HEADERS)
    if request.path.startswith(API):
        wanted["Cache-Control"] = NO_STORE
    response.headers.update({k: v for k, v in wanted.items() if k not in response.headers})


def _refused(error: RequestError) -> web.Response:
    more: Mapping[str, Any] = getattr(error, "members", NOTHING)
    response = _problem(_new_id(), error.status, error.code, str(error), more)
    response.headers.update(getattr(error, "headers", NOTHING))
    return response


def _new_id() -> str:
    """What connects an answer with its log line."""
    return secrets.token_hex(8)


def _code(reason: str) -> str:
    return reason.lower().replace(" ", "-")


def _problem(
    request_id: str, status: int, code: str, title: str, more: Mapping[str, Any] = NOTHING
) -> web.Response:
    """more: further members; those of the standard cannot be replaced."""
    own = {
        "type": f"urn:ivr:error:{code}",
        "title": title,
        "status": status,
        "code": code,
        "request_id": request_id,
    }
    return web.Response(
        status=status,
        body=json.dumps({**own, **more, **own}, ensure_ascii=False, default=str).encode(),
        content_type="application/problem+json",
    )
