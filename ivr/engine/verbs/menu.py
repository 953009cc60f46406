"""`menu`: says what there is to choose and takes a key, a word, or a short entry such as an extension."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field

from ivr.domain.events import Answer, KeysCollected
from ivr.domain.fold import fold
from ivr.engine.verb import Always, Leave, Move, Stay, Verb
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
    from ivr.domain.commands import Note
    from ivr.domain.values import Value
    from ivr.engine.view import View

FREE_REPEATS = 3
"""How often in a row the prompt is repeated on request before it costs a try."""


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


def begin(step: Step, view: View) -> Move:
    """Say the prompts that wait, then our own, and listen."""
    return _listen(step, view, step.fields.menu)  # type: ignore[attr-defined]


def _listen(step: Step, view: View, names: tuple[PromptName, ...], **keep: Value) -> Stay:
    fields: Any = step.fields
    prompts = (*view.queued, *listening.own_prompts(step, view, names))
    least, most = fields.entry.digits if fields.entry else (0, 0)
    collected = listening.collect(
        step,
        view,
        prompts,
        keys=(*fields.keys, *_always_keys(fields, view)),
        entry_least=least,
        entry_most=most,
        words=tuple(_words(fields, view)) if step.listening and step.listening.speech else (),
    )
    return listening.again(collected, **keep)


def _always_keys(fields: Any, view: View) -> tuple[str, ...]:  # noqa: ANN401 - MenuFields
    return tuple(view.always()[1]) if fields.always else ()


def _words(fields: Any, view: View) -> Mapping[str, str]:  # noqa: ANN401 - MenuFields
    """Folded phrase -> key, of the menu's own keys and the always-keys."""
    own = {key: choice.words for key, choice in fields.keys.items()}
    always = {key: known.words for key, known in view.always()[1].items()} if fields.always else {}
    return {
        fold(phrase): key
        for key, words in {**always, **own}.items()
        for phrase in words.get(view.language, ())
    }


def _heard(step: Step, view: View, event: Answer) -> Move:
    assert isinstance(event, KeysCollected)  # noqa: S101 - narrowed by RESUME
    fields: Any = step.fields
    if event.reason != "match":
        return _failed(step, view, event.reason)
    keys = _words(fields, view).get(event.words, "") if event.words else _keys(event)
    if keys in fields.keys:
        return _taken(step, view, event, keys)
    if keys in _always_keys(fields, view):
        return _always(step, view, keys)
    if event.words or fields.entry is None:
        return _failed(step, view, "not_in_menu")
    sets: dict[str, Value] = {fields.entry.into: keys}
    return Leave("entry", (_note(step, view, event, keys),), sets)


def _keys(event: KeysCollected) -> str:
    return listening.plain_keys(event)


def _taken(step: Step, view: View, event: KeysCollected, key: str) -> Move:
    tries = len(listening.failures(view)) + 1
    heard = listening.heard_as(event, "match", tries)
    return Leave(key, (_note(step, view, event, key),), heard=heard)


def _note(step: Step, view: View, event: KeysCollected, key: str) -> Note:
    by = "word" if event.words else "key"
    return listening.listened("menu", step, listening.failures(view), by=by, pii={"keys": key})


def _always(step: Step, view: View, key: str) -> Move:
    """`repeat`, and `back` where there is nothing behind, say the main prompt again."""
    do = view.always()[1][key].do
    repeats = do == "repeat" or (do == "back" and not view.frame.menus)
    if not repeats:
        note = listening.listened("menu", step, listening.failures(view), always=key)
        return Always(key, (note,))
    times = view.data.get("repeats", 0)
    count = times + 1 if isinstance(times, int) else 1
    if count > FREE_REPEATS:
        return _failed(step, view, "not_in_menu")
    return _listen(step, view, step.fields.menu, repeats=count)  # type: ignore[attr-defined]


def _failed(step: Step, view: View, reason: str) -> Move:
    fields: Any = step.fields
    reasons = (*listening.failures(view), reason)
    if step.listening is None or len(reasons) >= step.listening.tries:
        return listening.give_up("menu", step, reasons)
    ladders = {"noinput": fields.noinput, "nomatch": fields.nomatch}
    names = listening.next_rung(ladders, fields.menu, reasons)
    return _listen(step, view, names, reasons=reasons, repeats=0)


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
        exits,  # type: ignore[arg-type]
        writes,  # type: ignore[arg-type]
        bounds,
        speaks=True,
        listens=True,
        waits=True,
    ),
    begin,
    {("keys", KeysCollected): _heard},
)
