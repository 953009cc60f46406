"""The door of one Twilio trunk: only signed requests of its account get in, all get out in time.

Nothing here knows HTTP: `routes.py` brings the requests of the network, flow tests bring their own.
Order of the checks: security.md 9.
"""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter
from typing import TYPE_CHECKING

from ivr.channels.twilio.answers import Answer, Asked
from ivr.channels.twilio.pages import Pages
from ivr.channels.twilio.patience import Patience, Waiting
from ivr.channels.twilio.quietly import Refusals
from ivr.channels.twilio.texting import PAGES as TEXTS
from ivr.channels.twilio.texting import TextPages
from ivr.channels.twilio.trunk import TwilioTrunk, no_config
from ivr.channels.twilio.wire.calls import read_address
from ivr.channels.twilio.wire.signature import SignedRequest, Verdict, verify
from ivr.domain.call import CALLER
from ivr.domain.errors import LeaseLostError, RequestError, StoreError
from ivr.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.channels.twilio.rest import Send
    from ivr.channels.twilio.settings import Settings
    from ivr.channels.twilio.wire.forms import Form
    from ivr.config.model import Config
    from ivr.runtime.switch import Switch

_LOG = logging.getLogger(__name__)
SILENT = ("status", "room", "recording", "machine")
"""Pages that only tell us something: nobody hears what is answered."""
NOT_KEPT = Answer(503, content_type="")
"""Whose text is not kept yet must not hear that it is: the provider asks its fallback then."""
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
        self.texts = TextPages()
        self._pages = {**Pages(trunk, self.refusals).by_name, **self.texts.by_name}
        self._names = {page: f"webhook {page}" for page in self._pages}
        self._tasks = trunk.switch.ports.tasks
        self._patience = Patience(self._late)

    async def answer(self, page: str, request: SignedRequest) -> Answer:
        """The answer to a request for one of our pages. Never raises, never takes 2 s."""
        given: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def give(answer: Answer) -> None:
            if not given.done():  # who asked may have been cancelled
                given.set_result(answer)

        self.begin(page, request, give)
        return await given

    def begin(self, page: str, request: SignedRequest, reply: Callable[[Answer], None]) -> None:
        """As `answer`, but tells the answer to `reply`: exactly once, perhaps at once."""
        began = perf_counter()
        verdict = verify(request, self._secrets, self._trunk.public_base)
        form = self._form(verdict)
        if isinstance(form, Answer):
            reply(form)
            self._seconds.observe(perf_counter() - began)
            return
        waiting = Waiting(page, Asked(form, _text(request.raw_target)), reply, began)
        self._patience.add(waiting, self._budget_s)
        self._tasks.start(self._serve(waiting), self._names[page])

    def _form(self, verdict: Verdict) -> Form | Answer:
        """What was posted, if it may come in; else the refusal."""
        if not verdict.accepted:
            return self.refuse(str(verdict.reason), verdict.status)
        if verdict.form is None:
            return self.refuse("media_type", 415)
        if verdict.form.one("AccountSid") != self._settings.account:
            return self.refuse("account", 403)
        if verdict.key == "auth_token_next":
            self.refusals.notice("signed_by_next_token")
        return verdict.form

    def refuse(self, reason: str, status: int) -> Answer:
        """No, without a word why; counted."""
        self.refusals.count(reason)
        return Answer(status, content_type="")

    async def _serve(self, waiting: Waiting) -> None:
        """An answer whatever happens: a caller must never hear the provider read an error.

        Work that takes too long goes on, but its answer comes too late to count.
        """
        page, asked = waiting.page, waiting.asked
        try:
            answer = await self._pages[page](asked)
        except (StoreError, LeaseLostError):
            self.refusals.notice("store_away")
            answer = self._later(page, asked)
        except RequestError as error:
            answer = self.refuse(error.code, error.status)
        except Exception:
            _LOG.exception("webhook_failed", extra={"facts": {"page": page}})
            answer = NOT_KEPT if page in TEXTS else Answer(200, self._trunk.documents.sorry.body)
        self._tell(waiting, answer)

    def _late(self, waiting: Waiting) -> None:
        """Time is up: the caller comes back to it."""
        self.refusals.notice("late")
        self._tell(waiting, self._later(waiting.page, waiting.asked))

    def _tell(self, waiting: Waiting, answer: Answer) -> None:
        reply, waiting.reply = waiting.reply, None
        if reply is not None:
            reply(answer)
            self._seconds.observe(perf_counter() - waiting.began)

    def _later(self, page: str, asked: Asked) -> Answer:
        """What can be said without the database: come back soon, or for a new call, sorry."""
        if page in TEXTS:
            return NOT_KEPT
        if page in SILENT:
            return Answer(204)
        address = read_address(asked.raw_target)
        if address is None:
            url = self._settings.fallback_url
            sorry = self._trunk.documents.elsewhere(url) if url else self._trunk.documents.sorry
            return Answer(200, sorry.body)
        if address.leg != CALLER or page in ("hold", "leg", "notice"):
            return Answer(200, self._trunk.documents.back(page, address).body)
        live = self._switch.calls.get(address.call)
        return Answer(200, self._trunk.documents.later(address.call, live.seq if live else 0).body)


class HookedTrunk(TwilioTrunk):
    """A trunk with the door for its requests: one, whichever way through HTTP they come."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        switch: Switch,
        public_base: str,
        config: Callable[[], Config] = no_config,
        send: Send | None = None,
    ) -> None:
        super().__init__(name, settings, switch, public_base, config, send)
        self.hooks = Hooks(self)


def _text(raw_target: str | bytes) -> str:
    return raw_target if isinstance(raw_target, str) else raw_target.decode("utf-8", "replace")
