"""Requests that a client may repeat: the second one gets the answer of the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.web.errors import InvalidError

if TYPE_CHECKING:
    from aiohttp import web

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,128}")


def key_of(request: web.BaseRequest) -> str:
    """What the client calls this request, "" = nothing. Raises InvalidError."""
    found = request.headers.get(HEADER)
    if found is None:
        return ""
    key = found.strip().strip('"')
    if not _KEY.fullmatch(key):
        mistake = {"in": "header", "pointer": f"/{HEADER}", "code": "string_pattern_mismatch"}
        message = "1 to 128 visible characters without blanks"
        raise InvalidError([{**mistake, "params": {}, "message": message}])
    return key
