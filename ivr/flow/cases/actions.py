"""Carries out the steps of `talk`: each waits for its moment, then does its one thing.

Keys, words and silences wait until the call rests: nothing sounds, nothing is looked up, no entry
is open. `hangs_up`, `restart` and `loses` happen at once after `hears` or `waits`, else when the
call rests. `hears` looks at what began to sound since the caller last did something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.domain.errors import IvrError
from ivr.flow.cases.model import (
    Act,
    AgentActs,
    HangsUp,
    Hears,
    Loses,
    Presses,
    Records,
    Restarts,
    Retries,
    Says,
    Silence,
    Switches,
    Waits,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.flow.cases.virtual import VirtualCall

NEXT_MS = 200
"""How long after the prompts a caller speaks."""


class NotDoneError(IvrError):
    """A step of `talk` cannot be done. mark: the line that shows why, -1 = the last."""

    code = "talk"

    def __init__(self, code: str, message: str, mark: int = -1) -> None:
        super().__init__(message)
        self.problem_code = code
        self.mark = mark


@dataclass(slots=True)
class Actor:
    """The caller, and whoever else a test moves. cursor: prompts heard before it do not count.

    is_timed: the last step has fixed the moment (`hears`, `waits`).
    """

    call: VirtualCall
    cursor: int = 0
    is_timed: bool = False

    def do(self, act: Act) -> None:
        """One step. Raises NotDoneError with T201, T202, T205 or T206."""
        deed: Any = act.deed
        _DOERS[type(deed)](self, deed, act.text)
        self.is_timed = isinstance(deed, (Hears, Waits))

    @property
    def is_taking(self) -> bool:
        """Whether a message is being taken, or its prompts are said."""
        return self.call.is_live and self.call.channel.is_taking(self.call.now_ms)

    def finish(self) -> None:
        """After the last step: until the call waits for something, or has ended. Who says nothing
        more has left his message."""
        self.call.run_until(lambda: self.call.rests and not self.is_taking)

    def hears(self, deed: Hears, _text: str) -> None:
        """Prompts come in this order."""
        for name in deed.prompts:
            self._hear(name)

    def _hear(self, name: str) -> None:
        start, heard = self.cursor, self.call.record.heard

        def is_heard() -> bool:
            return any(one.prompt.name == name for one in heard[start:])

        self.call.run_until(lambda: is_heard() or self.call.rests)
        place = next((i for i in range(start, len(heard)) if heard[i].prompt.name == name), None)
        if place is None:
            raise self._missed(name, start)
        self.cursor = place + 1

    def _missed(self, name: str, start: int) -> NotDoneError:
        heard, lines = self.call.record.heard, self.call.record.lines
        if start < len(heard):
            line = lines[heard[start].line]
            what = f"heard {heard[start].prompt.name} at {clock(line.at_ms)} in {line.node}"
            return NotDoneError("T201", f"hears {name}; {what}", heard[start].line)
        end = "the call ended" if self.call.is_over else "then nothing more"
        return NotDoneError("T201", f"hears {name}; {end} at {clock(self.call.now_ms)}")

    def presses(self, deed: Presses, text: str) -> None:
        """Keys, after the prompts or into one."""
        if deed.during:
            self.cursor -= self._is_sounding(deed.during)
            self._hear(deed.during)
        else:
            self._come_to_rest(text)
        at_ms = self.call.now_ms + round(deed.after_s * 1000)
        for number, key in enumerate(deed.keys):
            self.call.pass_to(at_ms)
            self._still_there(text)
            if number == 0:
                self.cursor = len(self.call.record.heard)
            self.call.press(key)
            at_ms += round(deed.gap_s * 1000)

    def _is_sounding(self, name: str) -> bool:
        """Whether the last prompt that `hears` found is the one to be interrupted."""
        heard = self.call.record.heard
        return bool(heard) and self.cursor == len(heard) and heard[-1].prompt.name == name

    def says(self, deed: Says, text: str) -> None:
        """Words, after the prompts."""
        self._come_to_rest(text)
        self.call.pass_to(self.call.now_ms + NEXT_MS)
        self._still_there(text)
        self.cursor = len(self.call.record.heard)
        self.call.say(deed.words)

    def silence(self, deed: Silence, text: str) -> None:
        """Listens run out, or time passes after the prompts."""
        self.cursor = len(self.call.record.heard)
        for _ in range(deed.times):
            self._come_to_rest(text)
            before = self.call.listens
            self.call.run_until(lambda before=before: self.call.listens > before)  # type: ignore[misc]
        if deed.seconds:
            self.call.run_until(lambda: self.call.rests)
            self._let_pass(deed.seconds)

    def waits(self, deed: Waits, _text: str) -> None:
        """Time passes."""
        self.cursor = len(self.call.record.heard)
        self._let_pass(deed.seconds)

    def _let_pass(self, seconds: float) -> None:
        self.call.pass_to(self.call.now_ms + round(seconds * 1000))

    def records(self, deed: Records, text: str) -> None:
        """Speaks into a message, from the tone on."""
        self.call.run_until(lambda: self.is_taking or self.call.rests)
        if not self.is_taking:
            self._still_there(text)
            raise NotDoneError("T202", f"{text}: the call takes no message")
        self.cursor = len(self.call.record.heard)
        self.call.record.say(self.call.now_ms, "caller", f"speaks for {deed.seconds:g} s")
        self.call.channel.record(deed.seconds, self.call.now_ms)
        self.call.run_until(lambda: self.call.rests)

    def agent(self, deed: AgentActs, text: str) -> None:
        """The far side acts, once it rings there or somebody has answered."""
        parties = self.call.parties
        rings = deed.act in ("answers", "rejects")
        self.call.run_until(lambda: parties.rings if rings else parties.talks)
        if parties.rings if rings else parties.talks:
            self.call.act(deed.act, deed.place)
        else:
            self._nobody(text)

    def _nobody(self, text: str) -> None:
        """Nobody is there who could do it: not in all of this call, or not on this channel."""
        asked = self.call.record.asked.get("queue", [])
        if any("exit" in one for one in asked):
            raise NotDoneError("T205", f"{text}: this channel rings nobody up yet")
        self._still_there(text)
        raise NotDoneError("T202", f"{text}: nobody is there")

    def hangs_up(self, _deed: HangsUp, text: str) -> None:
        """The caller leaves."""
        self._come_to_moment(text)
        self.call.hang_up()

    def restarts(self, _deed: Restarts, text: str) -> None:
        """The server goes and comes back."""
        self._come_to_moment(text)
        self.call.restart()

    def retries(self, _deed: Retries, text: str) -> None:
        """The last webhook comes twice: the same bytes, and nothing else happens."""
        self._still_there(text)
        before = self.call.events
        retried = self.call.retry()
        if retried is None:
            raise NotDoneError("T206", f"{text}: the channel {self.call.case.channel} has none")
        if not retried.is_equal:
            raise NotDoneError("T201", f"{text}: the second reply is not the same bytes")
        if self.call.events > before:
            raise NotDoneError("T201", f"{text}: the second request had an effect")

    def loses(self, _deed: Loses, text: str) -> None:
        """The channel is gone."""
        self._come_to_moment(text)
        self.call.lose()

    def switches(self, deed: Switches, text: str) -> None:
        """Switches are thrown."""
        self._still_there(text)
        self.call.throw(dict(deed.facts))

    def _come_to_moment(self, text: str) -> None:
        """For what need not wait for the caller's turn."""
        if not self.is_timed:
            self.call.run_until(lambda: self.call.rests)
        self._still_there(text)

    def _come_to_rest(self, text: str) -> None:
        self.call.run_until(lambda: self.call.rests)
        self._still_there(text)
        if not self.call.is_listening and not self.is_taking:
            raise NotDoneError("T202", f"{text}: the call does not listen")

    def _still_there(self, text: str) -> None:
        if not self.call.is_live:
            raise NotDoneError("T202", f"the call ended before {text}")


def clock(at_ms: int) -> str:
    """Virtual time as `minutes:seconds`."""
    minutes, seconds = divmod(at_ms // 1000, 60)
    return f"{minutes:02}:{seconds:02}"


_DOERS: Mapping[type, Callable[[Actor, Any, str], None]] = {
    Hears: Actor.hears,
    Presses: Actor.presses,
    Says: Actor.says,
    Silence: Actor.silence,
    Waits: Actor.waits,
    Records: Actor.records,
    HangsUp: Actor.hangs_up,
    AgentActs: Actor.agent,
    Restarts: Actor.restarts,
    Retries: Actor.retries,
    Loses: Actor.loses,
    Switches: Actor.switches,
}
