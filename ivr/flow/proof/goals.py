"""Where a caller's wait is over, and how long what is said there lasts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from ivr.flow.model import NEXT
from ivr.flow.proof.spoken_keys import spoken_keys
from ivr.flow.proof.ways import always_works, ways_of
from ivr.flow.spec import CallerKind, Timing, VerbSpec

if TYPE_CHECKING:
    from ivr.flow.model import AlwaysKey, Flow, PromptText, Step

Specs: TypeAlias = Mapping[str, VerbSpec]
Goal: TypeAlias = Callable[["Flow", "Step", Timing], float | None]
"""Seconds after entering a step until the wait is over; None: it goes on. Infinite: never."""


class HumanStep:
    """Over at a queue, transfer, voicemail, callback or goodbye."""

    def __init__(self, specs: Specs) -> None:
        self._specs = specs

    def __call__(self, _flow: Flow, step: Step, _timing: Timing) -> float | None:
        """At once, at a step that counts as a person."""
        return 0.0 if self._specs[step.verb].human else None


class PersonStep:
    """Over only at a queue or transfer; who gets a goodbye or a recorder instead waits for ever."""

    def __init__(self, specs: Specs) -> None:
        self._specs = specs

    def __call__(self, _flow: Flow, step: Step, _timing: Timing) -> float | None:
        """At once at a person, never at the other ends of a call."""
        spec = self._specs[step.verb]
        if spec.person:
            return 0.0
        return math.inf if spec.human else None


class AgentKey:
    """Over when a prompt has named a key that leads straight to a person, or at a human step."""

    def __init__(self, specs: Specs, language: str, always: Mapping[str, tuple[Flow, ...]]) -> None:
        self._specs = specs
        self._language = language
        self._always = always
        self._straight: dict[tuple[str, str], bool] = {}

    def __call__(self, flow: Flow, step: Step, timing: Timing) -> float | None:
        """At the end of the first such prompt of a listen; at once at a human step."""
        spec = self._specs[step.verb]
        if spec.human:
            return 0.0
        if not spec.listens:
            return None
        keys = self._agent_keys(flow, step)
        return self._named_after(flow, step, timing, keys) if keys else None

    def _agent_keys(self, flow: Flow, step: Step) -> frozenset[str]:
        fields: Any = step.fields
        own = {key: choice.go for key, choice in (getattr(fields, "keys", None) or {}).items()}
        found = [key for key, node in own.items() if self.leads_straight(flow, node)]
        if always_works(step, self._specs):
            found += [
                key.key
                for owner in self._always.get(flow.name, ())
                for key in _leading(owner)
                if self.leads_straight(owner, key.go)
            ]
        return frozenset(found)

    def leads_straight(self, flow: Flow, node: str) -> bool:
        """Whether the first step that waits is a queue or transfer, whatever way is taken."""
        place = (flow.name, node)
        if place not in self._straight:
            self._straight[place] = False
            self._straight[place] = self._looks_straight(flow, node)
        return self._straight[place]

    def _looks_straight(self, flow: Flow, node: str) -> bool:
        steps = flow.nodes[node].steps if node in flow.nodes else ()
        for step in steps:
            spec = self._specs[step.verb]
            if spec.person and step.only is None:
                return True
            if spec.waits or step.verb == "run":
                return False
            targets = [way.target for way in ways_of(step)]
            if not all(t == NEXT or self.leads_straight(flow, t) for t in targets):
                return False
            if NEXT not in targets:
                return bool(targets)
        return False

    def _named_after(
        self, flow: Flow, step: Step, timing: Timing, keys: frozenset[str]
    ) -> float | None:
        assert step.listening is not None  # noqa: S101 - every listening step has it
        if self._said_before(flow, step, keys):
            return 0.0
        entry_s = self._entry_s(step, timing)
        seconds = 0.0
        for number in range(step.listening.tries):
            names = prompts_of_try(step, timing.kind, number)
            for count, name in enumerate(names, start=1):
                if self._names(flow, name, keys):
                    return seconds + timing.prompt_s(names[:count])
            seconds += timing.prompt_s(names) + entry_s
        return None

    def _entry_s(self, step: Step, timing: Timing) -> float:
        """Seconds that one try takes beside its prompts."""
        silent = Timing(timing.kind, lambda _names: 0.0, 0.0, timing.source_limit_s)
        tries = step.listening.tries if step.listening else 1
        return max([0.0, *self._specs[step.verb].bounds(step, silent).values()]) / tries

    def _said_before(self, flow: Flow, step: Step, keys: frozenset[str]) -> bool:
        """Whether a `say` right before, in the same node, names such a key."""
        for earlier in reversed(flow.nodes[step.node].steps[: step.index]):
            spec = self._specs[earlier.verb]
            if spec.waits or earlier.only is not None or earlier.verb == "run":
                return False
            names = main_prompts(earlier) if spec.speaks else ()
            if any(self._names(flow, name, keys) for name in names):
                return True
        return False

    def _names(self, flow: Flow, prompt: str, keys: frozenset[str]) -> bool:
        text = prompt_text(flow, prompt, self._language)
        return text is not None and not keys.isdisjoint(spoken_keys(text.template).mentioned)


def _leading(flow: Flow) -> list[AlwaysKey]:
    return [key for key in (flow.always or {}).values() if key.go]


def prompt_text(flow: Flow, name: str, language: str) -> PromptText | None:
    """A prompt in a language, None if there is none."""
    return flow.prompts.get(name, {}).get(language)


def main_prompts(step: Step) -> tuple[str, ...]:
    """The prompts that a step that speaks says first."""
    name = "notice" if step.verb == "record" else step.verb
    value = getattr(step.fields, name, ())
    return tuple(value) if isinstance(value, tuple) else ()


def prompts_of_try(step: Step, kind: CallerKind, number: int) -> tuple[str, ...]:
    """What a listening step says in a try, counted from 0."""
    main = main_prompts(step)
    ladder = getattr(step.fields, "noinput" if kind is CallerKind.SILENT else "nomatch", ())
    if number == 0 or not ladder:
        return main
    return tuple(ladder[min(number, len(ladder)) - 1])
