"""Requests that a client may repeat: by their key the second one gets the answer of the first.

Source: draft-ietf-httpapi-idempotency-key-header. A key belongs to whoever sends it and to one
request: path, version and body. Refusals are not kept, since nothing was done. What is kept is
sealed, because answers hold what is known of customers.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from ivr.domain.errors import StoreError
from ivr.runtime.ports.answers import Kept, KeyBusyError
from ivr.web.bodies import read_body
from ivr.web.errors import InvalidError, RefusalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from ivr.runtime.ports import Clock, Keys
    from ivr.runtime.ports.answers import Answers
    from ivr.web.permissions import Who

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
"""Says that an answer is a kept one."""
KEPT_HEADERS = ("ETag", "Location")
BODY_BYTES, BODY_S = 1_000_000, 15.0
SWEEP_EVERY = timedelta(hours=1)
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_LOG = logging.getLogger(__name__)


class BusyError(RefusalError):
    """The first request with this key is still being carried out."""

    code = KeyBusyError.code
    status = KeyBusyError.status


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


@dataclass(slots=True)
class Once:
    """Carries requests out once. keys: seal what is kept."""

    answers: Answers
    keys: Keys
    clock: Clock
    _sweep_at: datetime | None = None

    async def answer(
        self, request: web.Request, who: Who, run: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """What `run` answers, or has answered before. Raises KeyReusedError, BusyError."""
        key = key_of(request)
        if not key:
            return await run()
        name = hashlib.sha256(key.encode()).hexdigest()
        kept = await self._claim(who.name, name, await _about(request))
        if kept is not None:
            return self._again(kept)
        try:
            response = await run()
        except BaseException:
            await self.answers.release(who.name, name)
            raise
        try:
            await self.answers.keep(who.name, name, self._written(response))
        except StoreError:
            _LOG.warning("answer_not_kept", exc_info=True)  # it is done; the client must know
        return response

    async def _claim(self, who: str, name: str, about: str) -> Kept | None:
        now = self.clock.now()
        if self._sweep_at is None or now >= self._sweep_at:
            self._sweep_at = now + SWEEP_EVERY
            await self.answers.sweep(now)
        try:
            return await self.answers.claim(who, name, about, now)
        except KeyBusyError as error:
            raise BusyError(str(error), headers={"Retry-After": "1"}) from None

    def _written(self, response: web.Response) -> Kept:
        wrapped = self.keys.new_key()
        body = response.body if isinstance(response.body, bytes) else b""
        told = {
            "headers": {n: response.headers[n] for n in KEPT_HEADERS if n in response.headers},
            "type": response.content_type if body else "",
            "body": body.decode(),
        }
        sealed = self.keys.seal(wrapped, json.dumps(told, ensure_ascii=False))
        return Kept(response.status, f"{base64.b64encode(wrapped).decode()} {sealed}")

    def _again(self, kept: Kept) -> web.Response:
        wrapped, _, sealed = kept.text.partition(" ")
        told = json.loads(self.keys.unseal(base64.b64decode(wrapped), sealed))
        response = web.Response(status=kept.status, headers={**told["headers"], REPLAYED: "true"})
        if told["body"]:
            response.body = told["body"].encode()
            response.content_type = told["type"]
        return response


async def _about(request: web.Request) -> str:
    """The fingerprint of a request: its path, the version it is meant for, its body."""
    found = hashlib.sha256()
    for part in (request.path_qs.encode(), request.headers.get("If-Match", "").encode()):
        found.update(part + b"\n")
    if request.can_read_body:
        found.update(await read_body(request, BODY_BYTES, BODY_S))
    return found.hexdigest()
