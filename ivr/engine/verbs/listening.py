"""What `menu` and `ask` share: tries, the ladder of prompts after a failed try, and the listen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.domain.call import Prompt
from ivr.domain.commands import Collect, Note
from ivr.domain.events import KeysCollected
from ivr.domain.values import Value, open_sealed
from ivr.engine.state import Heard
from ivr.engine.verb import Leave, Move, Stay
from ivr.engine.view import View
from ivr.flow.fields import PromptName
from ivr.flow.model import Listening, Step

Ladder = tuple[tuple[PromptName, ...], ...]
FAILURES = ("none", "short", "long", "not_in_menu", "check_failed")


def rung(ladder: Ladder, number: int) -> tuple[PromptName, ...]:
    """The prompts after the n-th failure (n from 1); the last rung serves all later ones."""
    return ladder[min(number, len(ladder)) - 1] if ladder else ()


def own_prompts(step: Step, view: View, names: tuple[str, ...]) -> tuple[Prompt, ...]:
    """The listen's prompts, with the step's `barge_in`."""
    barge_in = step.listening is None or step.listening.barge_in
    return view.prompts(names, barge_in=barge_in)


def collect(step: Step, view: View, prompts: tuple[Prompt, ...], **what: Any) -> Collect:  # noqa: ANN401 - fields of Collect
    """One listen with the step's times."""
    how = step.listening or Listening()
    times: dict[str, Any] = {
        "first_s": how.first,
        "between_s": how.between,
        "last_s": how.last,
        "end_key": how.end_key,
        "type_ahead": how.type_ahead,
        "speech": how.speech,
        "end_silence_s": how.end_silence,
    }
    return Collect(prompts=prompts, language=view.language, **{**times, **what})


def failures(view: View) -> tuple[str, ...]:
    """The reasons of the tries that failed so far in this step."""
    reasons = view.data.get("reasons", ())
    return reasons if isinstance(reasons, tuple) else ()  # type: ignore[return-value]


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


def words_to_keys(words: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """The phrases of a key in one language."""
    return words.get(language, ())


def heard_as(event: KeysCollected, reason: str, tries: int) -> Heard:
    """The last listen as expressions read it."""
    return Heard("word" if event.words else "key", reason, tries, event.words)


def plain_keys(event: KeysCollected) -> str:
    """The keys of a listen that was not secret."""
    return open_sealed(event.keys)


def listened(what: str, step: Step, reasons: tuple[str, ...], **facts: Value) -> Note:
    """The note that a `menu` or `ask` leaves when it is left."""
    return Note(what=what, facts={"step": step.id, "reasons": reasons, **facts})


def give_up(what: str, step: Step, reasons: tuple[str, ...]) -> Move:
    """After the last try: the exit at once, without another prompt."""
    return Leave("giveup", do=(listened(what, step, reasons),))


def again(collected: Collect, **keep: Value) -> Stay:
    """Listen once more."""
    return Stay(ask={"keys": collected}, keep=keep)
