"""Requests that another site makes a browser send are refused.

Seen: over plain http to a host name Chromium sends no Sec-Fetch headers, but Origin on each POST.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from ivr.domain.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Container

    from aiohttp import web

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "X-CSRF-Token"  # noqa: S105 - name of a header
_SITE, _ORIGIN = "Sec-Fetch-Site", "Origin"


class CrossSiteError(NotAllowedError):
    """The request does not come from a page of this server."""

    code: ClassVar[str] = "cross-site"


def is_ours(request: web.BaseRequest, origins: Container[str]) -> bool | None:
    """Whether a page of ours sent this; None if nothing says so, as with programs.

    origins: where our pages are, as in `https://ivr.example`.
    """
    site = request.headers.get(_SITE)
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get(_ORIGIN)
    return None if origin is None else origin in origins


def is_page(request: web.BaseRequest, also: Container[str] = ()) -> bool:
    """Whether a page of ours opens a WebSocket. also: other origins whose pages may.

    Browsers always name where a page came from; who names nothing is no page.
    """
    origin = request.headers.get(_ORIGIN, "")
    try:
        own = urlsplit(origin).netloc == request.host and bool(origin)
    except ValueError:
        own = False
    return own or origin in also


def check(request: web.BaseRequest, token: str, origins: Container[str]) -> None:
    """For unsafe methods of somebody signed in. Raises CrossSiteError."""
    if request.method in SAFE:
        return
    if not is_ours(request, origins):
        raise CrossSiteError("the request does not come from a page of this server")
    given = request.headers.get(TOKEN, "")
    if not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
        raise CrossSiteError(f"{TOKEN} is missing or not that of this session")


def check_public(request: web.BaseRequest, origins: Container[str]) -> None:
    """For unsafe methods that need nobody signed in: only what comes from elsewhere is refused."""
    if request.method not in SAFE and is_ours(request, origins) is False:
        raise CrossSiteError("the request comes from a page of another server")
