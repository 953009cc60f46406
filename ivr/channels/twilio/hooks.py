"""The door of one Twilio trunk: only signed requests of its account get in, all get out in time.

Nothing here knows HTTP: `routes.py` brings the requests of the network, flow tests bring their own.
Order of the checks: security.md 9.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ivr.channels.twilio.pages import Answer, Asked, Pages
from ivr.channels.twilio.quietly import Refusals
from ivr.channels.twilio.wire.calls import read_address
from ivr.channels.twilio.wire.signature import SignedRequest, verify
from ivr.domain.errors import LeaseLostError, RequestError, StoreError
from ivr.runtime import metrics

if TYPE_CHECKING:
    from ivr.channels.twilio.trunk import TwilioTrunk

_LOG = logging.getLogger(__name__)
BUDGET_S = 1.9
"""Real seconds until a request gets an answer, whatever our own side is still doing."""


class Hooks:
    """Answers the requests of one trunk. budget_s: see BUDGET_S."""

    def __init__(self, trunk: TwilioTrunk, budget_s: float = BUDGET_S) -> None:
        self._trunk = trunk
        self._switch = trunk.switch
        self._settings = trunk.settings
        self._secrets = trunk.settings.secrets
        self._budget_s = budget_s
        self._seconds = metrics.REPLY_SECONDS.labels(trunk.name)
        self.refusals = Refusals(trunk.name, trunk.switch.ports.clock)
        self._pages = Pages(trunk, self.refusals).by_name

    async def answer(self, page: str, request: SignedRequest) -> Answer:
        """The answer to a request for one of our pages. Never raises, never takes 2 s."""
        with self._seconds.time():
            verdict = verify(request, self._secrets, self._trunk.public_base)
            if not verdict.accepted:
                return self.refuse(str(verdict.reason), verdict.status)
            if verdict.form is None:
                return self.refuse("media_type", 415)
            if verdict.form.one("AccountSid") != self._settings.account:
                return self.refuse("account", 403)
            if verdict.key == "auth_token_next":
                self.refusals.notice("signed_by_next_token")
            asked = Asked(verdict.form, _text(request.raw_target))
            return await self._in_time(page, asked)

    def refuse(self, reason: str, status: int) -> Answer:
        """No, without a word why; counted."""
        self.refusals.count(reason)
        return Answer(status, content_type="")

    async def _in_time(self, page: str, asked: Asked) -> Answer:
        """Work that takes too long goes on in the background; the caller comes back to it."""
        tasks = self._switch.ports.tasks
        work: asyncio.Task[Answer] = tasks.start(self._served(page, asked), f"webhook {page}")
        done, _late = await asyncio.wait({work}, timeout=self._budget_s)
        if done:
            return work.result()
        self.refusals.notice("late")
        return self._later(page, asked)

    async def _served(self, page: str, asked: Asked) -> Answer:
        """An answer whatever happens: a caller must never hear the provider read an error."""
        try:
            return await self._pages[page](asked)
        except (StoreError, LeaseLostError):
            self.refusals.notice("store_away")
            return self._later(page, asked)
        except RequestError as error:
            return self.refuse(error.code, error.status)
        except Exception:
            _LOG.exception("webhook_failed", extra={"facts": {"page": page}})
            return Answer(200, self._trunk.documents.sorry.body)

    def _later(self, page: str, asked: Asked) -> Answer:
        """What can be said without the database: come back soon, or for a new call, sorry."""
        if page == "status":
            return Answer(204)
        address = read_address(asked.raw_target)
        if address is None:
            url = self._settings.fallback_url
            sorry = self._trunk.documents.elsewhere(url) if url else self._trunk.documents.sorry
            return Answer(200, sorry.body)
        live = self._switch.calls.get(address.call)
        return Answer(200, self._trunk.documents.later(address.call, live.seq if live else 0).body)


def _text(raw_target: str | bytes) -> str:
    return raw_target if isinstance(raw_target, str) else raw_target.decode("utf-8", "replace")
