"""Holds a flow against the channels its numbers use: what a trunk cannot do is said beforehand.

The table is that of flow-engine.md 3. A cell that nobody has verified on a real account warns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.checker.notices import recorded_queues
from ivr.flow.checker.parts import key_place, parts_of
from ivr.flow.checker.paths.keys import own_keys
from ivr.flow.checker.tell import error, warning
from ivr.flow.fields import PromptName
from ivr.flow.proof.goals import main_prompts, prompt_text
from ivr.flow.proof.ways import flows_of, running, steps_of
from ivr.flow.reader_tree import locate
from ivr.flow.types import write_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ivr.flow.model import Bundle, Flow, PromptText, Step
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import TrunkShape, World

UNPROVEN_BARGE_IN = frozenset({"signalwire", "telnyx"})
"""Providers on which nobody has verified that keys during `barge_in: false` are dropped."""
TYPED = "simulator"
"""The provider on which words are typed, so every language is understood."""
DOCUMENT_BYTES, PROMPT_BYTES = 600, 160
"""What a document and each prompt in it take beside the words."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One flow of a bundle as one trunk will carry it."""

    flow: Flow
    trunk: TrunkShape
    specs: Mapping[str, VerbSpec]
    records: bool
    world: World

    @property
    def listens(self) -> list[Step]:
        """Its menus and asks."""
        return [step for step in steps_of(self.flow) if self.specs[step.verb].listens]


def check_trunks(bundle: Bundle, specs: Mapping[str, VerbSpec], world: World) -> Iterator[Problem]:
    """F901 to F912 of every flow of a bundle on every trunk that its numbers use."""
    flows = flows_of(bundle)
    steps = (step for flow in flows.values() for step in steps_of(flow))
    records = any(_starts_recording(step) or recorded_queues(step, world) for step in steps)
    for name in world.number_trunks.get(bundle.root.name, ()):
        trunk = world.trunks.get(name)
        if trunk is None:
            continue
        for flow in flows.values():
            seen = _Seen(flow, trunk, specs, records, world)
            for each in _CHECKS:
                yield from each(seen)
        if not trunk.survives_restart:
            message = f"calls on trunk {name} end when the server restarts"
            yield Problem("F908", Severity.NOTE, Position(bundle.root.file), message)


def _starts_recording(step: Step) -> bool:
    fields: Any = step.fields
    return step.verb == "record" and fields.record in {"start", "resume"}


def _one_timer(seen: _Seen) -> Iterator[Problem]:
    """F901: at `first` where it is written, for entries of more than one key."""
    if seen.trunk.two_timers:
        return
    told: dict[Position, None] = {}
    for step in seen.listens:
        how = step.listening
        if how is None or how.first == how.between or _most_keys(step) < 2:
            continue
        at = _first_place(seen.flow, step)
        if at not in told:
            told[at] = None
            first, between = _short(how.first), _short(how.between)
            message = (
                f"first {first} and between {between} become {_short(max(how.first, how.between))}"
            )
            yield warning("F901", at, f"trunk {seen.trunk.name} has one digit timer: {message}")


def _most_keys(step: Step) -> int:
    """The longest entry a step takes."""
    fields: Any = step.fields
    if step.verb == "ask":
        return fields.digits[1] if fields.digits else 2
    entry = fields.entry.digits[1] if fields.entry else 0
    return max([entry, *(len(key) for key in own_keys(step))])


def _first_place(flow: Flow, step: Step) -> Position:
    for name in ("first", "between"):
        if step.raw is not None and step.raw.get(name) is not None:
            return key_place(step, name)
    for name in ("first", "between"):
        if flow.raw is not None and locate(flow.raw, ("listen", name)) != locate(
            flow.raw, ("listen",)
        ):
            return locate(flow.raw, ("listen", name), key=True)
    return step.at


def _lost_keys(seen: _Seen) -> Iterator[Problem]:
    for step in () if seen.trunk.keeps_keys else seen.listens:
        fields: Any = step.fields
        if step.listening and step.listening.type_ahead and not getattr(fields, "secret", False):
            message = f"trunk {seen.trunk.name} loses keys pressed before this {step.verb} starts"
            yield warning("F902", step.at, message)


def _barge_in(seen: _Seen) -> Iterator[Problem]:
    if seen.trunk.provider not in UNPROVEN_BARGE_IN:
        return
    for step in steps_of(seen.flow):
        if _must_be_heard(step):
            message = "barge_in false not proven on this channel"
            yield warning("F903", step.at, f"trunk {seen.trunk.name}: {message}")


def _must_be_heard(step: Step) -> bool:
    fields: Any = step.fields
    if step.listening is not None:
        return not step.listening.barge_in
    if step.verb == "record" and not fields.notice:
        return False
    return getattr(fields, "barge_in", None) is False


def _payment(seen: _Seen) -> Iterator[Problem]:
    for step in () if seen.trunk.can_pay else steps_of(seen.flow):
        if step.verb == "pay":
            yield error("F904", step.at, f"trunk {seen.trunk.name} cannot pay")


def _speech(seen: _Seen) -> Iterator[Problem]:
    """F905: once for each menu and language, at its first key with words."""
    if seen.trunk.provider == TYPED:
        return
    for language in seen.flow.languages:
        if language in seen.trunk.speech:
            continue
        message = f"trunk {seen.trunk.name} has no speech in {language}; words are ignored"
        for at in _worded(seen, language):
            yield warning("F905", at, message)


def _worded(seen: _Seen, language: str) -> Iterator[Position]:
    always = (key for key in (seen.flow.always or {}).values() if key.words.get(language))
    yield from (key.at for key in [*always][:1] if key.at is not None)
    for step in seen.listens:
        if step.listening is None or not step.listening.speech:
            continue
        keys = [key for key, choice in own_keys(step).items() if choice.words.get(language)]
        yield from (key_place(step, "keys", key) for key in keys[:1])


def _recorded_secrets(seen: _Seen) -> Iterator[Problem]:
    """F906, where the flow records at all, and F909."""
    trunk = seen.trunk
    for step in seen.listens:
        if not getattr(step.fields, "secret", False):
            continue
        if seen.records and not trunk.pauses_recording:
            message = "cannot pause recording; the secret entry would be recorded"
            yield error("F906", step.at, f"trunk {trunk.name} {message}")
        if trunk.keeps_secret_digits:
            message = "keeps keyed digits in its own logs unless the account is in PCI mode"
            yield warning("F909", step.at, f"trunk {trunk.name} {message}")


def _documents(seen: _Seen) -> Iterator[Problem]:
    """F907: everything that one node may say in one go, at its longest prompt."""
    limit = seen.trunk.document_limit_bytes
    for node in seen.flow.nodes.values() if limit else ():
        for language in seen.flow.languages:
            texts = _said_in(seen.flow, running(node), language)
            size = DOCUMENT_BYTES + sum(_bytes(text) for text in texts)
            if size > limit:
                longest = max(texts, key=_bytes)
                what = f"a {math.ceil(size / 1024)} KB document"
                told = f"node {seen.flow.name}.{node.name} makes {what}"
                message = f"trunk {seen.trunk.name}: {told}, at most {limit // 1024} KB"
                yield warning("F907", longest.at, message)


def _said_in(flow: Flow, steps: tuple[Step, ...], language: str) -> list[PromptText]:
    names = (name for step in steps for name in (*main_prompts(step), *_meanwhile(step)))
    texts = (prompt_text(flow, name, language) for name in names)
    return [text for text in texts if text is not None]


def _meanwhile(step: Step) -> tuple[str, ...]:
    parts = parts_of(step)
    return tuple(
        str(part.value)
        for part in parts
        if isinstance(part.value, PromptName) and part.path[:1] == ("meanwhile",)
    )


def _bytes(text: PromptText) -> int:
    words = "".join(text.template.literals)
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    values = 60 * len(text.template.inserts)
    return PROMPT_BYTES + values + (0 if text.audio else len(escaped.encode()))


def _short(seconds: float) -> str:
    return write_duration(timedelta(seconds=seconds))


def _dialling(seen: _Seen) -> Iterator[Problem]:
    """F910: at each step that needs somebody rung up."""
    if seen.trunk.dials:
        return
    for step in steps_of(seen.flow):
        spec = seen.specs[step.verb]
        if spec.dials:
            message = f"trunk {seen.trunk.name} rings nobody up: {step.verb} takes {spec.instead}"
            yield warning("F910", step.at, message)


def _recording(seen: _Seen) -> Iterator[Problem]:
    """F911: at each step that takes a message."""
    if seen.trunk.records:
        return
    for step in steps_of(seen.flow):
        spec = seen.specs[step.verb]
        if spec.records:
            message = f"trunk {seen.trunk.name} takes no messages: {step.verb} takes {spec.instead}"
            yield warning("F911", step.at, message)


def _taping(seen: _Seen) -> Iterator[Problem]:
    """F912: at each step that begins to record the call, or waits for an agent to be recorded."""
    if seen.trunk.tapes:
        return
    for step in steps_of(seen.flow):
        queues = (f"none of the talks of {name}" for name in recorded_queues(step, seen.world))
        for what in ("no calls",) if _starts_recording(step) else queues:
            message = f"trunk {seen.trunk.name} records {what}: nothing is said, nothing is kept"
            yield warning("F912", step.at, message)


_CHECKS: tuple[Callable[[_Seen], Iterator[Problem]], ...] = (
    _one_timer,
    _lost_keys,
    _barge_in,
    _payment,
    _speech,
    _recorded_secrets,
    _documents,
    _dialling,
    _recording,
    _taping,
)
