"""The shipped call centre on a real database, with a survey and a caller who is asked."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.runtime.memory.clock import VirtualClock
from tests.fakes.call_centre import TO_QUEUE, CallCentre
from tests.fakes.fresh_store import open_fresh
from tests.fakes.pause import pause
from tests.fakes.served import BANK, shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.store import SqlStore

ANI, AGENT = "+905321119876", "ayse"


class Surveyed:
    """A database answers in its own time, so that all here is waited for."""

    def __init__(self, centre: CallCentre, store: SqlStore) -> None:
        self.centre, self.store = centre, store
        self._at_work = False

    @classmethod
    async def open(cls, folder: Path, address: str, survey: str = "") -> Surveyed:
        """survey: the text of its file, "" = the shipped one, that asks everybody."""
        shipped(folder, asked="100%")
        if survey:
            (folder / "flows/surveys/support.yaml").write_text(survey, encoding="utf-8")
        store = open_fresh(address, create=True)
        return cls(await CallCentre.open(folder, store=store, clock=VirtualClock()), store)  # type: ignore[arg-type]

    async def until(self, what: Callable[[], Any], step_s: float = 0.0) -> None:
        """Wait for the database; step_s: virtual time that passes with each look."""
        for _look in range(2_000):
            if what():
                return
            await self.centre.clock.advance(step_s)
            await pause(0.002)
        raise AssertionError("it did not come")

    def heard(self, call: CallId, name: str) -> bool:
        """Whether the caller has heard a prompt."""
        messages = self.centre.heard[call]
        return any(each["name"] == name for one in messages for each in one.get("hears", ()))

    async def talks(self, for_s: float = 3) -> CallId:
        """A customer talks with the agent."""
        centre = self.centre
        phone = centre.phones[AGENT]
        if not self._at_work:
            phone.plug_in()
            await centre.floor.ask(AGENT, "login", by=AGENT)
            self._at_work = True
        await self.until(lambda: centre.state(AGENT) == "available", 0.1)
        call = await centre.calls(ANI, BANK)
        await self.until(lambda: any("listens" in each for each in centre.heard[call]), 0.1)
        await centre.trunk.press(call, TO_QUEUE)
        await self.until(lambda: phone.rings, 0.1)
        phone.answer()
        await self.until(lambda: centre.state(AGENT) == "talking", 0.1)
        over = centre.clock.now() + timedelta(seconds=for_s)
        await self.until(lambda: centre.clock.now() >= over, 0.1)
        return call

    async def answers(self, call: CallId, questions: tuple[str, ...], *keys: str) -> None:
        """The agent hangs up; the caller answers the questions one by one, then presses the rest
        of the keys."""
        self.centre.phones[AGENT].hang_up()
        for name, key in zip(questions, keys, strict=False):
            heard = partial(self.heard, call, f"survey_support_{name}")
            await self.until(heard, 0.1)
            await self.centre.trunk.press(call, key)
        for key in keys[len(questions) :]:
            await self.centre.trunk.press(call, key)
        await self.is_over(call)

    async def is_over(self, call: CallId) -> None:
        """The call has ended."""
        await self.until(lambda: call not in self.centre.served.server.switch.calls, 0.1)
