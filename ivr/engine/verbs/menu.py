"""`menu`: says what there is to choose; takes a key, a word, or an entry such as an extension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.domain.events import KeysCollected
from ivr.engine.entries import entered
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs import listening
from ivr.flow.fields import (
    DigitRange,
    Exit,
    Fields,
    Flag,
    Key,
    ListenFields,
    PromptName,
    Prompts,
    Rungs,
    Short,
    Strict,
    Variable,
)
from ivr.flow.model import Exits, Step
from ivr.flow.spec import CallerKind, Timing, VerbSpec, Writes

if TYPE_CHECKING:
    from ivr.domain.call import Prompt
    from ivr.domain.commands import Collect
    from ivr.domain.values import Value
    from ivr.engine.view import View
    from ivr.flow.model import AlwaysKey


class KeyChoice(Strict):
    """One key of a menu: where it leads and the words that say the same."""

    go: Exit = Field(description="Node that the key leads to.")
    words: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Words that say the same as the key, by language."
    )


class MenuEntry(Strict):
    """A free entry in the menu: so many digits, into a variable, then on to a node."""

    digits: DigitRange = Field(description="How many digits it has, as 3 or 3-4.")
    into: Variable = Field(description="Variable that gets the digits.")
    go: Exit = Field(description="Node that the entry leads to.")


def _choice(value: object) -> object:
    return {"go": value} if isinstance(value, str) else value


class MenuFields(Fields, ListenFields):
    """Fields of `menu`."""

    menu: Prompts = Field(description="What there is to choose: one prompt, or several in order.")
    keys: Mapping[Key, Annotated[KeyChoice, BeforeValidator(_choice), Short()]] = Field(
        default_factory=dict,
        description="Keys and the nodes they lead to; `{go: node, words: {en: [..]}}` adds words.",
    )
    entry: MenuEntry | None = Field(
        None, description="Lets callers key a short number here, such as an extension."
    )
    noinput: Rungs = Field(
        (),
        description="Said instead after the first, second ... silence; the last one then stays.",
    )
    nomatch: Rungs = Field(
        (),
        description="Said instead after the first, second ... key that is not in the menu.",
    )
    always: Flag = Field(True, description="Whether the flow's always-keys work here.")
    giveup: Exit | None = Field(None, description="Where a caller goes after the last try.")


def exits(fields: MenuFields) -> Exits:
    """Each key, `entry` and `giveup`."""
    targets = {key: choice.go for key, choice in fields.keys.items()}
    if fields.entry is not None:
        targets["entry"] = fields.entry.go
    if fields.giveup is not None:
        targets["giveup"] = fields.giveup
    return Exits(targets, () if fields.giveup else ("giveup",), ends=True)


def writes(fields: MenuFields) -> Writes:
    """A free entry writes its variable."""
    return Writes({"entry": (fields.entry.into,)}) if fields.entry else Writes()


@dataclass(frozen=True, slots=True)
class Choices:
    """What one listen of a menu takes. words: folded phrase -> key; own words win over always."""

    keys: tuple[str, ...]
    words: Mapping[str, str]
    always: Mapping[str, AlwaysKey]


def begin(step: Step, view: View) -> Move:
    """Say the prompts that wait, then our own, and listen."""
    fields: Any = step.fields
    return _listen(step, view, fields.menu, None, repeats=0)


def _listen(
    step: Step,
    view: View,
    names: tuple[PromptName, ...],
    last: listening.Failed | None,
    **keep: Value,
) -> Stay:
    key = ("menu listen", *_where(step, view), *names)
    ready = view.book.once(lambda: _ready(step, view, names), *key)
    if ready is None or view.queued:
        prompts = (*view.queued, *listening.own_prompts(step, view, names))
        ready = _collect(step, view, prompts)
    return listening.again(ready, last, **keep)


def _ready(step: Step, view: View, names: tuple[PromptName, ...]) -> Collect | None:
    """The listen, if its prompts are the same for all callers: most menus say fixed words."""
    if any(view.varies(name) for name in names):
        return None
    return _collect(step, view, listening.own_prompts(step, view, names))


def _collect(step: Step, view: View, prompts: tuple[Prompt, ...]) -> Collect:
    fields: Any = step.fields
    choices = _choices(step, view)
    least, most = fields.entry.digits if fields.entry else (0, 0)
    return listening.collect(
        step,
        view,
        prompts,
        keys=choices.keys,
        entry_least=least,
        entry_most=most,
        words=tuple(choices.words) if step.listening and step.listening.speech else (),
    )


def _where(step: Step, view: View) -> tuple[str, ...]:
    """What the choices of a menu depend on."""
    state = view.state
    inherited = state.frames[view.always()[0]].flow
    return state.flow_hash, state.top.flow, step.id, state.language, inherited


def _choices(step: Step, view: View) -> Choices:
    return view.book.once(lambda: _make_choices(step, view), "menu", *_where(step, view))


def _make_choices(step: Step, view: View) -> Choices:
    fields: Any = step.fields
    always = listening.always_heard(view, fields.always)
    own = listening.phrases(fields.keys, view.language)
    return Choices((*fields.keys, *always.keys), {**always.words, **own}, always.keys)


def _heard(step: Step, view: View, event: KeysCollected) -> Move:
    fields: Any = step.fields
    if event.reason != "match":
        return _failed(step, view, event, event.reason)
    choices = _choices(step, view)
    said = choices.words.get(event.words, "")
    keys = said if event.words else listening.plain_keys(event)
    if keys in fields.keys:
        return _taken(step, view, event, keys)
    if keys in choices.always:
        return _always(step, view, event, keys)
    return _entered(step, view, event, keys)


def _entered(step: Step, view: View, event: KeysCollected, keys: str) -> Move:
    """A free entry, if the menu takes one and these keys are a value of its variable."""
    fields: Any = step.fields
    if event.words or fields.entry is None:
        return _failed(step, view, event, "not_in_menu")
    flow, into = view.flow, fields.entry.into
    declared = {**flow.inputs, **flow.outputs, **flow.variables}
    value = entered(keys, declared[into].type, view.book.world)
    if value is None:
        return _failed(step, view, event, "not_in_menu")
    return _taken(step, view, event, "entry", keys=keys, sets={into: value})


def _taken(
    step: Step,
    view: View,
    event: KeysCollected,
    way: str,
    *,
    keys: str = "",
    sets: Mapping[str, Value] = MappingProxyType({}),
) -> Move:
    reasons = listening.failures(view)
    by = "word" if event.words else "key"
    note = listening.listened("menu", step, reasons, by=by, pii={"keys": keys or way})
    heard = listening.heard_as(event, "match", len(reasons) + 1)
    return Leave(way, (note,), sets, heard=heard)


def _always(step: Step, view: View, event: KeysCollected, key: str) -> Move:
    fields: Any = step.fields
    count = listening.repeats(view, view.always()[1][key])
    if not count:
        return listening.by_always("menu", step, view, key)
    if count > listening.FREE_REPEATS:
        return _failed(step, view, event, "not_in_menu")
    return _listen(step, view, fields.menu, None, repeats=count)


def _failed(step: Step, view: View, event: KeysCollected, reason: str) -> Move:
    fields: Any = step.fields
    last = listening.failed(step, view, event, reason)
    if last.over:
        return listening.give_up("menu", step, last)
    ladders = {"noinput": fields.noinput, "nomatch": fields.nomatch}
    names = listening.next_rung(ladders, fields.menu, last.reasons)
    return _listen(step, view.after_failing(last.heard), names, last)


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The sum over the tries of a caller who never gives a valid key."""
    fields: Any = step.fields
    longest = max([1, *(len(key) for key in fields.keys)])
    if fields.entry:
        longest = max(longest, fields.entry.digits[1])
    ladder = fields.noinput if timing.kind is CallerKind.SILENT else fields.nomatch
    return {"giveup": worst_listen(step, timing, fields.menu, ladder, longest)}


def worst_listen(
    step: Step, timing: Timing, main: tuple[str, ...], ladder: listening.Ladder, keys: int
) -> float:
    """Seconds until `giveup`, as the table in flow-engine.md section 2 has it."""
    how = step.listening
    assert how is not None  # noqa: S101 - every listening step has it
    total = 0.0
    for number in range(how.tries):
        names = main if number == 0 else listening.rung(ladder, number) or main
        total += timing.prompt_s(tuple(names)) + entry_s(timing.kind, how.first, how.between, keys)
    return total


def entry_s(kind: CallerKind, first: float, between: float, keys: int) -> float:
    """Seconds from the end of the prompts until an entry of so many keys has failed."""
    if kind is CallerKind.SILENT:
        return first
    if kind is CallerKind.WRONG:
        return 1 + 0.5 * (keys - 1)
    return first + between * (keys - 1)


VERB = Verb(
    VerbSpec(
        "menu",
        MenuFields,
        of_fields(exits),
        of_fields(writes),
        bounds,
        speaks=True,
        listens=True,
        waits=True,
    ),
    begin,
    {("keys", KeysCollected): _heard},
)
