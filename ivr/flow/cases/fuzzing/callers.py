"""Random callers: what is given to them, and what they do where the call waits for them.

A caller is a stream of dice and nothing else, so caller 214 of seed 7 is always the same person.
Everything he does is written down as steps of `talk`, so that it can be played again and shrunk.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.domain.values import Money, Value
from ivr.flow.cases.fuzzing.dice import Dice
from ivr.flow.cases.model import (
    KEY_PAUSE_S,
    Act,
    Case,
    Deed,
    FuzzPlan,
    Given,
    HangsUp,
    Lookup,
    Presses,
    QueueGiven,
    Says,
    Silence,
    Switches,
    Waits,
)
from ivr.flow.cases.written.given import made_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.domain.commands import Collect
    from ivr.domain.problem import Position
    from ivr.flow.model import Bundle
    from ivr.flow.types import Type
    from ivr.flow.world import SourceShape, World

KEYS = "0123456789*#"
DIGITS = "0123456789"
_WORDS = ("evet", "hayır", "", "merhaba", "x" * 200)
_DAYS = 14
SHORT_SECRET = 6


def caller(template: Case, plan: FuzzPlan, number: int, bundle: Bundle, world: World) -> Case:
    """The call of one random caller, before he does anything."""
    dice = _dice(plan, number, "given")
    languages = plan.languages or (template.language, *bundle.root.languages)
    return replace(
        template,
        name=f"caller {number}",
        at=plan.at,
        started=template.started + timedelta(minutes=dice.below(_DAYS * 24 * 60)),
        ani=None if dice.chance(15) else template.ani,
        language=dice.pick(languages),
        given=_given(dice, template.given, bundle, world),
        talk=(),
        expect=(),
    )


FATES = ("answers", "answers", "busy", "noanswer", "failed")
"""What becomes of a random caller at a place; most often somebody answers."""


def _dice(plan: FuzzPlan, number: int, what: str) -> Dice:
    return Dice(f"{plan.seed}/{number}/{what}")


def _given(dice: Dice, under: Given, bundle: Bundle, world: World) -> Given:
    """Lookups of every kind; hours and switches now and then not as they really are."""
    flows = bundle.flows.values()
    sources = sorted({name for flow in flows for name in flow.uses.get("sources", ())})
    hours = sorted({name for flow in flows for name in flow.uses.get("hours", ())})
    facts = dict(under.facts)
    for name in hours:
        if dice.chance(60):
            facts[f"hours.{name}.open"] = dice.chance(70)
    if dice.chance(4):
        facts["switch.emergency"] = True
    language = bundle.root.languages[0]
    lookups = {
        name: tuple(_lookup(dice, world.sources[name], language) for _ in range(3))
        for name in sources
    }
    places = sorted({name for flow in flows for name in flow.uses.get("places", ())})
    fates = {("transfer", name): dice.pick(FATES) for name in places}
    queues = sorted({name for flow in flows for name in flow.uses.get("queues", ())})
    return Given(lookups, facts, fates, {name: _queue(dice) for name in queues})


def _queue(dice: Dice) -> QueueGiven:
    """A queue where most often somebody answers, soon or late."""
    refuses = dice.pick(("", "", "", "", "full", "nobody", "timeout"))
    answers_s = None if dice.chance(15) else float(dice.below(120))
    position, estimate_s = 1 + dice.below(20), 30.0 * dice.below(20)
    return QueueGiven(
        answers_s=answers_s,
        refuses=refuses,
        rejects=dice.below(3),
        position=None if dice.chance(20) else position,
        estimate_s=None if dice.chance(40) else estimate_s,
    )


def _lookup(dice: Dice, source: SourceShape, language: str) -> Lookup:
    took_s = dice.below(round(source.limit_s * 12)) / 10
    kind = dice.below(10)
    if kind == 0:
        return Lookup("failed", {}, took_s, dice.pick(("timeout", "error", "shape")))
    if kind <= 2 and source.not_found:
        return Lookup("missing", {}, took_s)
    record = {name: _value(dice, name, wanted, language) for name, wanted in source.gives.items()}
    return Lookup("found", record, took_s)


def _value(dice: Dice, name: str, wanted: Type, language: str) -> Value:
    if wanted.optional and dice.chance(40):
        return None
    maker = _MAKERS.get(wanted.name)
    return maker(dice, wanted) if maker else made_up(wanted.present, name, language)


def _number(dice: Dice, _wanted: Type) -> Value:
    return Decimal(dice.below(100_000)) / 100


_MAKERS: Mapping[str, Callable[[Dice, Type], Value]] = {
    "bool": lambda dice, _wanted: dice.chance(50),
    "number": _number,
    "money": lambda dice, wanted: Money(Decimal(dice.below(10**7)) / 100, wanted.currency),
    "digits": lambda dice, _wanted: dice.word(DIGITS, 1 + dice.below(12)),
    "text": lambda dice, _wanted: dice.pick(("a", "Ayşe Kaya", "=1+1", "{x}", "İ" * 40, "C-9")),
}


class Caller:
    """What one random caller does next. at: where his steps are said to stand."""

    def __init__(self, plan: FuzzPlan, number: int, at: Position) -> None:
        self._dice = _dice(plan, number, "talk")
        self._at = at
        self._acts = 3 + self._dice.below(18)

    def next_act(self, listen: Collect | None) -> Act | None:
        """One more step; None: he says nothing any more until the call ends."""
        self._acts -= 1
        if self._acts < 0:
            return None
        deed = self._deed(listen)
        return Act(deed, text_of(deed), self._at)

    def _deed(self, listen: Collect | None) -> Deed:
        dice = self._dice
        roll = dice.below(100)
        if listen is None or roll < 4:
            waits = Waits(seconds=1.0 + dice.below(30))
            idle: tuple[Deed, ...] = (HangsUp(), waits, Silence(seconds=5.0))
            return dice.pick(idle)
        if roll < 16:
            return Silence(times=1 + dice.below(2))
        if roll < 24:
            return Says(dice.pick((*listen.words, *_WORDS)) or "a")
        if roll < 27:
            return Switches({"switch.emergency": dice.chance(50)})
        return self._pressing(listen, roll)

    def _pressing(self, listen: Collect, roll: int) -> Deed:
        """Mostly what is listened for, sometimes anything, sometimes into the prompt."""
        dice = self._dice
        keys = self._wanted(listen) if roll < 85 else dice.word(KEYS, 1 + dice.below(6))
        names = [prompt.name for prompt in listen.prompts]
        if names and dice.chance(20):
            return Presses(keys, after_s=dice.below(30) / 10, during=dice.pick(names))
        gap_s = dice.pick((0.2, 0.2, 0.2, 1.0, listen.between_s, listen.between_s + 0.5))
        return Presses(keys, after_s=dice.pick((0.2, 1.0, listen.first_s)), gap_s=gap_s)

    def _wanted(self, listen: Collect) -> str:
        dice = self._dice
        if listen.keys and (not listen.entry_most or dice.chance(70)):
            return dice.pick(listen.keys)
        length = listen.entry_least + dice.below(listen.entry_most - listen.entry_least + 1)
        entry = self._entry(max(length, 1), is_secret=listen.secret)
        return entry + (listen.end_key if dice.chance(60) else "")

    def _entry(self, length: int, *, is_secret: bool) -> str:
        """Digits; half of the long ones are good card numbers. A short secret begins with 0, so

        that it cannot be mistaken for a number of milliseconds.
        """
        digits = self._dice.word(DIGITS, length)
        if is_secret and length < SHORT_SECRET:
            return "0" + digits[1:]
        return _with_check_digit(digits) if length > 8 and self._dice.chance(50) else digits


def _with_check_digit(digits: str) -> str:
    """The same digits with a last one that makes them pass `luhn` (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits[:-1])):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return digits[:-1] + str(-total % 10)


def text_of(deed: Deed) -> str:
    """A step as it would be written in `talk`."""
    if isinstance(deed, Presses):
        return _pressed(deed)
    if isinstance(deed, Silence):
        return f"silence: {deed.times} times" if deed.times else f"silence: {_length(deed.seconds)}"
    if isinstance(deed, Switches):
        inside = ", ".join(
            f"{name.partition('.')[2]}: {str(on).lower()}" for name, on in deed.facts.items()
        )
        return f"switch: {{{inside}}}"
    if isinstance(deed, Says):
        return f'says: "{deed.words}"'
    return f"waits: {_length(deed.seconds)}" if isinstance(deed, Waits) else "hangs_up: true"


def _pressed(deed: Presses) -> str:
    fields = [f'keys: "{deed.keys}"']
    if deed.after_s != KEY_PAUSE_S:
        fields.append(f"after: {_length(deed.after_s)}")
    if deed.gap_s != KEY_PAUSE_S:
        fields.append(f"gap: {_length(deed.gap_s)}")
    if deed.during:
        fields.append(f"during: {deed.during}")
    plain = len(fields) == 1
    return f'presses: "{deed.keys}"' if plain else f"presses: {{{', '.join(fields)}}}"


def _length(seconds: float) -> str:
    whole_ms = round(seconds * 1000)
    return f"{whole_ms // 1000}s" if whole_ms % 1000 == 0 else f"{whole_ms}ms"
