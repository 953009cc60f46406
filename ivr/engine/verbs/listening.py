"""What `menu` and `ask` share: tries, the ladder of prompts after a failed try, and the listen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, cast

from ivr.domain.commands import Collect, Note
from ivr.domain.fold import fold
from ivr.domain.values import Value, open_sealed
from ivr.engine.state import Heard
from ivr.engine.verb import Always, Leave, Stay
from ivr.flow.fields import PromptName
from ivr.flow.model import Listening, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.call import Prompt
    from ivr.domain.events import KeysCollected
    from ivr.engine.view import View
    from ivr.flow.model import AlwaysKey

Ladder = tuple[tuple[PromptName, ...], ...]
FREE_REPEATS = 3
"""How often in a row the prompt is repeated on request before it costs a try."""


class Spoken(Protocol):
    """Something that words may choose."""

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """Language -> what may be said."""


def rung(ladder: Ladder, number: int) -> tuple[PromptName, ...]:
    """The prompts after the n-th failure (n from 1); the last rung serves all later ones."""
    return ladder[min(number, len(ladder)) - 1] if ladder else ()


def own_prompts(step: Step, view: View, names: tuple[str, ...]) -> tuple[Prompt, ...]:
    """The listen's prompts, with the step's `barge_in`."""
    barge_in = step.listening is None or step.listening.barge_in
    return view.prompts(names, barge_in=barge_in)


def collect(
    step: Step,
    view: View,
    prompts: tuple[Prompt, ...],
    **what: Any,  # noqa: ANN401 - fields of Collect
) -> Collect:
    """One listen with the step's times."""
    how = step.listening or Listening()
    wanted: dict[str, Any] = {
        "first_s": how.first,
        "between_s": how.between,
        "last_s": how.last,
        "end_key": how.end_key,
        "type_ahead": how.type_ahead,
        "speech": how.speech,
        "end_silence_s": how.end_silence,
    }
    wanted.update(what)
    return Collect(prompts=prompts, language=view.language, **wanted)


@dataclass(frozen=True, slots=True)
class AlwaysHeard:
    """The always-keys in force in one listen. words: folded phrase -> key, in one language."""

    keys: Mapping[str, AlwaysKey]
    words: Mapping[str, str]


def always_heard(view: View, on: bool) -> AlwaysHeard:
    """The always-keys that this listen takes: none where they are switched off."""
    if not on:
        return _NO_ALWAYS
    index, keys = view.always()
    state = view.state
    key = ("always", state.flow_hash, state.frames[index].flow, view.language)
    return view.book.once(lambda: AlwaysHeard(keys, phrases(keys, view.language)), *key)


def phrases(keys: Mapping[str, Spoken], language: str) -> dict[str, str]:
    """Folded phrase -> key, of the words of each key in one language."""
    return {
        fold(phrase): key
        for key, spoken in keys.items()
        for phrase in spoken.words.get(language, ())
    }


def repeats(view: View, key: AlwaysKey) -> int:
    """How often in a row the main prompt is now asked for again; 0 = the key does something else.

    `back` with no menu behind repeats too.
    """
    if key.do != "repeat" and not (key.do == "back" and not view.frame.menus):
        return 0
    return cast("int", view.data.get("repeats", 0)) + 1


def failures(view: View) -> tuple[str, ...]:
    """The reasons of the tries that failed so far in this step."""
    return cast("tuple[str, ...]", view.data.get("reasons", ()))


def next_rung(
    ladders: Mapping[str, Ladder], main: tuple[PromptName, ...], reasons: tuple[str, ...]
) -> tuple[PromptName, ...]:
    """What is played instead of the main prompt after these failures.

    ladders: `noinput nomatch badcheck`; `badcheck` empty = `nomatch` serves a failed check too.
    """
    last = reasons[-1]
    if last == "none":
        return rung(ladders["noinput"], reasons.count("none")) or main
    if last == "check_failed" and ladders.get("badcheck"):
        return rung(ladders["badcheck"], reasons.count("check_failed"))
    others = [reason for reason in reasons if reason != "none"]
    if ladders.get("badcheck"):
        others = [reason for reason in others if reason != "check_failed"]
    return rung(ladders["nomatch"], len(others)) or main


def by_always(what: str, step: Step, view: View, key: str) -> Always:
    """Leave by an always-key that does not repeat."""
    return Always(key, (listened(what, step, failures(view), always=key),))


def heard_as(event: KeysCollected, reason: str, tries: int) -> Heard:
    """The last listen as expressions read it."""
    return Heard("word" if event.words else "key", reason, tries, event.words)


def plain_keys(event: KeysCollected) -> str:
    """The keys of a listen that was not secret."""
    return open_sealed(event.keys)


def listened(what: str, step: Step, reasons: tuple[str, ...], **facts: Value) -> Note:
    """The note that a `menu` or `ask` leaves when it is left."""
    return Note(what=what, facts={"step": step.id, "reasons": reasons, **facts})


@dataclass(frozen=True, slots=True)
class Failed:
    """One more failed try. over: it was the last.

    refused: the collector had taken the entry and the verb did not want it, so keys typed ahead
    have still to be dropped.
    """

    reasons: tuple[str, ...]
    heard: Heard
    over: bool
    refused: bool


def failed(step: Step, view: View, event: KeysCollected, reason: str) -> Failed:
    """Count a failed try."""
    reasons = (*failures(view), reason)
    over = step.listening is None or len(reasons) >= step.listening.tries
    heard = heard_as(event, reason, len(reasons))
    return Failed(reasons, heard, over, refused=event.reason == "match")


def give_up(what: str, step: Step, last: Failed, **sets: Value) -> Leave:
    """After the last try: the exit at once, without another prompt."""
    note = listened(what, step, last.reasons)
    return Leave("giveup", (note,), sets, heard=last.heard, flush=last.refused)


def again(collected: Collect, last: Failed | None, **keep: Value) -> Stay:
    """Listen: for the first time, on request, or after a failed try."""
    if last is None:
        return Stay(ask={"keys": collected}, keep=keep)
    listen = replace(collected, flush=True) if last.refused else collected
    keep = {**keep, "reasons": last.reasons, "repeats": 0}
    return Stay(ask={"keys": listen}, keep=keep, heard=last.heard)


_NO_ALWAYS = AlwaysHeard({}, {})
