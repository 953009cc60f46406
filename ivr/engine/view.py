"""What a verb may see of the call while it decides: never the state itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ivr.domain.call import Prompt
from ivr.engine.legs import is_there
from ivr.engine.reading import Moment
from ivr.engine.state import FINAL
from ivr.flow.prompts import Voice, render, render_written
from ivr.flow.types import Type, parse_literal, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.commands import Waiting
    from ivr.domain.values import Value
    from ivr.engine.state import Heard
    from ivr.flow.fields import Condition, Valued
    from ivr.flow.model import AlwaysKey, Flow, PromptText


@dataclass(frozen=True, slots=True)
class View(Moment):
    """A moment with what verbs need beside expressions: prompts, flow, memory."""

    def with_variable(self, name: str, value: Value) -> View:
        """The same moment with one variable already set."""
        return replace(self, entry={**self.entry, name: value})

    def after_failing(self, heard: Heard) -> View:
        """The same moment with a listen that has just failed."""
        return replace(self, just=heard)

    def with_news(self, news: Mapping[str, Value]) -> View:
        """The same moment with what is told of the queue."""
        return replace(self, news=news)

    @property
    def silent(self) -> bool:
        """Whether the caller has gone, so that nothing may be said."""
        return self.state.region == FINAL

    @property
    def is_heard(self) -> bool:
        """Whether whom the call is for is on the line, so that he can be talked to."""
        return is_there(self.state)

    @property
    def flow(self) -> Flow:
        """The flow of the innermost frame."""
        return self.book.flow(self.state.flow_hash, self.frame.flow)

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The flows of the version that the call is pinned to; none where it is of no version."""
        bundle = self.book.bundles.get(self.state.flow_hash)
        return {} if bundle is None else bundle.flows

    @property
    def data(self) -> Mapping[str, Value]:
        """The memory of the current verb."""
        return self.frame.data

    @property
    def open(self) -> Mapping[str, Waiting]:
        """What the current verb waits for, by name."""
        return self.frame.open

    @property
    def can_dial(self) -> bool:
        """Whether the trunk of this call can ring somebody else up; one nobody knows can."""
        trunk = self.book.world.trunks.get(self.state.trunk)
        return trunk is None or trunk.dials

    @property
    def can_record(self) -> bool:
        """Whether the trunk of this call takes messages; one nobody knows does."""
        trunk = self.book.world.trunks.get(self.state.trunk)
        return trunk is None or trunk.records

    @property
    def can_tape(self) -> bool:
        """Whether the trunk of this call records calls; one nobody knows does not."""
        trunk = self.book.world.trunks.get(self.state.trunk)
        return trunk is not None and trunk.tapes

    @property
    def queued(self) -> tuple[Prompt, ...]:
        """Prompts said but not yet sent."""
        return self.state.prompts

    def after(self, seconds: float) -> datetime:
        """The moment so many seconds from now."""
        return self.now + timedelta(seconds=seconds)

    def value(self, given: Valued, wanted: Type | None = None) -> Value:
        """A literal or an expression of a step, evaluated."""
        if given.expression is not None:
            return given.expression.evaluate(self)
        text = given.literal or ""
        if wanted is None and given.wants:
            wanted = parse_type(given.wants, currency=self.book.world.currency, records={})
        return text if wanted is None else parse_literal(text, wanted)

    def holds(self, condition: Condition | None) -> bool:
        """Whether a condition is true; none written = true."""
        return condition is None or condition.expression.evaluate(self) is True

    def prompts(self, names: tuple[str, ...], *, barge_in: bool = True) -> tuple[Prompt, ...]:
        """Prompts by name, rendered in the caller's language."""
        return tuple(self._prompt(str(name), barge_in) for name in names)

    def varies(self, name: str) -> bool:
        """Whether a prompt may say something else to every caller."""
        text = self._text(name)
        return bool(text.template.inserts) and not text.audio

    def has_prompt(self, name: str) -> bool:
        """Whether the flow has such words, or that with which the call's version begins."""
        return name in self._home_of(name).prompts

    def can_say(self, name: str) -> bool:
        """Whether all that a prompt cannot do without is known."""
        text = self._text(name)
        needed = (insert for insert in text.template.inserts if not insert.optional)
        return bool(text.audio) or all(self.read(one.path) is not None for one in needed)

    def written(self, name: str) -> str:
        """A prompt as text for SMS and tickets."""
        return render_written(self._text(name).template, self.read, self._voice())

    def _prompt(self, name: str, barge_in: bool) -> Prompt:
        """A prompt that is the same for every caller is made once."""
        text = self._text(name)
        if text.template.inserts and not text.audio:
            spoken = render(text.template, self.read, self._voice())
            return Prompt(name, text.language, spoken.text, spoken.seconds, barge_in)
        key = (self.state.flow_hash, self.frame.flow, name, text.language, barge_in)
        return self.book.once(lambda: self._same_for_all(text, barge_in), "prompt", *key)

    def _same_for_all(self, text: PromptText, barge_in: bool) -> Prompt:
        if text.audio:
            return Prompt(text.name, text.language, "", text.longest_s, barge_in, text.audio)
        spoken = render(text.template, self.read, self._voice())
        return Prompt(text.name, text.language, spoken.text, spoken.seconds, barge_in)

    def _text(self, name: str) -> PromptText:
        """In the caller's language, else in the flow's first."""
        flow = self._home_of(name)
        texts = flow.prompts[name]
        return texts.get(self.language) or texts[flow.languages[0]]

    def _home_of(self, name: str) -> Flow:
        """This flow; or the version's root, where only that has the prompt: calls of ours walk
        flows that no installation has written."""
        bundle = self.book.bundles.get(self.state.flow_hash)
        here = bundle is None or name in self.flow.prompts
        return self.flow if bundle is None or here else bundle.root

    def _voice(self) -> Voice:
        world = self.book.world
        return Voice(self.language, self.now, world.zone, world.country)

    def always(self) -> tuple[int, Mapping[str, AlwaysKey]]:
        """The always-keys in force and the index of the frame that defines them; that of the top
        one if none are. No key leads out of a sub-flow that is walked while a step waits."""
        for index in range(len(self.state.frames) - 1, self.state.beneath, -1):
            name = self.state.frames[index].flow
            keys = self.book.flow(self.state.flow_hash, name).always
            if keys is not None:
                return index, keys
        return -1, {}
