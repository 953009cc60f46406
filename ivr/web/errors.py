"""The outermost layer of every request: an id, one shape for errors, and the safe headers."""

from __future__ import annotations

import json
import logging
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.domain.errors import RequestError, StoreError

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

_LOG = logging.getLogger(__name__)
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer says to browsers."""


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
        response = _problem(_new_id(), error.status, error.code, str(error))
    except StoreError:
        request_id = _new_id()
        _LOG.warning("request_without_store", extra={"request": request_id})
        response = _problem(request_id, 503, "store", "the database is away for a moment")
    except Exception:
        request_id = _new_id()
        _LOG.exception("request_failed", extra={"request": request_id})
        response = _problem(request_id, 500, "internal", "Something went wrong")
    if not response.prepared:
        response.headers.update(
            {k: v for k, v in SAFE_HEADERS.items() if k not in response.headers}
        )
    return response


def _new_id() -> str:
    """What connects an answer with its log line."""
    return secrets.token_hex(8)


def _code(reason: str) -> str:
    return reason.lower().replace(" ", "-")


def _problem(request_id: str, status: int, code: str, title: str) -> web.Response:
    body = {
        "type": f"urn:ivr:error:{code}",
        "title": title,
        "status": status,
        "code": code,
        "request_id": request_id,
    }
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type="application/problem+json",
    )
