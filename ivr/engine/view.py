"""What a verb may see of the call while it decides: never the state itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ivr.domain.call import Prompt
from ivr.domain.values import Value
from ivr.engine.reading import Moment
from ivr.flow.fields import Condition, Valued
from ivr.flow.model import AlwaysKey, Flow
from ivr.flow.prompts import Voice, render, render_written
from ivr.flow.types import Type, parse_literal, parse_type


@dataclass(frozen=True, slots=True)
class View(Moment):
    """A moment with what verbs need beside expressions: prompts, flow, memory."""

    def with_variable(self, name: str, value: Value) -> View:
        """The same moment with one variable already set."""
        return replace(self, entry={**self.entry, name: value})

    @property
    def flow(self) -> Flow:
        """The flow of the innermost frame."""
        return self.book.flow(self.state.flow_hash, self.frame.flow)

    @property
    def data(self) -> Mapping[str, Value]:
        """The memory of the current verb."""
        return self.frame.data

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

    def written(self, name: str) -> str:
        """A prompt as text for SMS and tickets."""
        text = self.flow.prompts[name][self.language]
        return render_written(text.template, self.read, self._voice())

    def _prompt(self, name: str, barge_in: bool) -> Prompt:
        text = self.flow.prompts[name][self.language]
        if text.audio:
            return Prompt(name, self.language, "", text.longest_s, barge_in, text.audio)
        spoken = render(text.template, self.read, self._voice())
        return Prompt(name, self.language, spoken.text, spoken.seconds, barge_in)

    def _voice(self) -> Voice:
        world = self.book.world
        return Voice(self.language, self.now, world.zone, world.country)

    def always(self) -> tuple[int, Mapping[str, AlwaysKey]]:
        """The always-keys in force and the index of the frame that defines them."""
        for index in range(len(self.state.frames) - 1, -1, -1):
            name = self.state.frames[index].flow
            keys = self.book.flow(self.state.flow_hash, name).always
            if keys is not None:
                return index, keys
        return 0, {}
