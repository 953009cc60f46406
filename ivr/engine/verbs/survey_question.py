"""`survey_question`: one question of a survey, answered by keys. Only surveys have this step.

`*` says it again, `#` skips it; nothing pressed before it counts. The answer is a command of the
step that hears it, so that it is stored with the step or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import Field

from ivr.domain.commands import Note
from ivr.domain.events import KeysCollected
from ivr.domain.filing import KeepAnswer
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs import listening
from ivr.engine.verbs.menu import entry_s
from ivr.flow.fields import Exit, Fields, Flag, Key, Prompt, Prompts, Seconds, Variable, Whole
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.engine.view import View

REPEAT, SKIP = "*", "#"
TRIES, BETWEEN_S = 3, 2.0
SILENCE = "none"


class QuestionFields(Fields):
    """Fields of `survey_question`. given, missed: how many were answered, and skipped though
    required; the step counts them up."""

    survey_question: str = Field(description="Name of the question.")
    survey: str = Field(description="Code of the survey.")
    of: str = Field(description="Version of the survey, 64 hex digits.")
    kind: Literal["number", "key"] = Field(description="Digits up to `high`, or one of `answers`.")
    say: Prompt = Field(description="The question.")
    again: Prompts = Field((), description="Said instead after a try that failed.")
    answers: Mapping[Key, str] = Field(default_factory=dict, description="Key -> what is stored.")
    low: Whole = Field(0, description="Least number.")
    high: Whole = Field(0, description="Largest number.")
    words: Flag = Field(False, description="Whether text is stored, not a number.")
    score: str = Field("", description="What it counts as.")
    is_key: Flag = Field(False, description="Whether alarms and follow-ups look at it.")
    required: Flag = Field(True, description="Whether the survey is complete only with it.")
    into: Variable = Field(description="Variable that gets the answer.")
    given: Variable = Field(description="Variable that counts answers.")
    missed: Variable = Field(description="Variable that counts what was skipped.")
    silent: Variable | None = Field(
        None, description="Variable that is 1 after nothing but silence."
    )
    first: Seconds = Field(6.0, description="Silence allowed after the question.")
    giveup: Exit = Field(description="Where a caller goes after the last try.")


def exits(fields: QuestionFields) -> Exits:
    """The next step, or `giveup`."""
    return Exits({NEXT: NEXT, "giveup": fields.giveup})


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """All tries of somebody who never answers, after which the survey is over."""
    fields: Any = step.fields
    spoken = max(timing.prompt_s((fields.say,)), timing.prompt_s(tuple(fields.again)))
    return {"giveup": TRIES * (spoken + entry_s(timing.kind, fields.first, BETWEEN_S, 2))}


def begin(step: Step, view: View) -> Move:
    """Ask; whatever was pressed before is forgotten."""
    fields: Any = step.fields
    return _ask(step, view, (fields.say,))


def _ask(step: Step, view: View, names: tuple[str, ...], **keep: Value) -> Stay:
    prompts = (*view.queued, *view.prompts(names))
    listen = listening.collect(step, view, prompts, **_answers(step))
    return Stay(ask={"keys": listen}, keep={"since": view.now, "tries": _tries(view) + 1, **keep})


def _answers(step: Step) -> dict[str, Any]:
    """What the listen takes. Keys pressed before it are dropped, nobody's words are listened to."""
    fields: Any = step.fields
    how: dict[str, Any] = {"type_ahead": False, "flush": True, "speech": False}
    how |= {"first_s": fields.first, "between_s": BETWEEN_S}
    if fields.kind == "key":
        return {**how, "keys": (*fields.answers, REPEAT, SKIP), "end_key": ""}
    most = len(str(fields.high))
    how |= {"entry_least": 1, "entry_most": most, "empty": True}
    return {**how, "keys": (REPEAT,), "end_key": SKIP}


def _heard(step: Step, view: View, event: KeysCollected) -> Move:
    keys = listening.plain_keys(event)
    if event.reason != "match":
        return _failed(step, view, event.reason)
    if keys in {SKIP, ""}:
        return _skipped(step, view)
    if keys == REPEAT:
        return _again(step, view)
    return _answered(step, view, keys) if _is_answer(step, keys) else _failed(step, view, "short")


def _is_answer(step: Step, keys: str) -> bool:
    fields: Any = step.fields
    if fields.kind == "key":
        return keys in fields.answers
    return keys.isdecimal() and fields.low <= int(keys) <= fields.high


def _again(step: Step, view: View) -> Move:
    """On request; who asks for ever has one try less each time."""
    fields: Any = step.fields
    repeats = cast("int", view.data.get("repeats", 0)) + 1
    if repeats > listening.FREE_REPEATS:
        return _failed(step, view, "not_in_menu")
    return _ask(step, view, (fields.say,), repeats=repeats)


def _skipped(step: Step, view: View) -> Leave:
    return Leave(NEXT, (_note(step, skipped=True),), _missed(step, view), flush=True)


def _missed(step: Step, view: View) -> dict[str, Value]:
    fields: Any = step.fields
    count = cast("int", view.frame.variables.get(fields.missed) or 0)
    return {fields.missed: count + 1} if fields.required else {}


def _answered(step: Step, view: View, keys: str) -> Leave:
    fields: Any = step.fields
    stored = fields.answers[keys] if fields.kind == "key" else keys
    value: Value = stored if fields.words else int(stored)
    kept = KeepAnswer(
        survey=fields.survey,
        version=fields.of,
        question=fields.survey_question,
        number=None if fields.words else int(stored),
        text=stored if fields.words else "",
        raw=keys,
        latency_ms=_latency_ms(view),
        tries=_tries(view),
        score=fields.score,
        is_key=fields.is_key,
    )
    count = cast("int", view.frame.variables.get(fields.given) or 0)
    sets: dict[str, Value] = {fields.into: value, fields.given: count + 1}
    return Leave(NEXT, (kept, _note(step, answered=True)), sets, flush=True)


def _latency_ms(view: View) -> int:
    since = cast("datetime", view.data["since"])
    return max(0, round((view.now - since).total_seconds() * 1000))


def _tries(view: View) -> int:
    return cast("int", view.data.get("tries", 0))


def _failed(step: Step, view: View, reason: str) -> Move:
    """A try that gave no answer; after the last one the survey is over."""
    fields: Any = step.fields
    reasons = (*listening.failures(view), reason)
    if len(reasons) >= TRIES:
        silent = {fields.silent: int(set(reasons) == {SILENCE})} if fields.silent else {}
        sets = {**_missed(step, view), **silent}
        return Leave("giveup", (_note(step, reasons=reasons),), sets, flush=True)
    return _ask(step, view, tuple(fields.again) or (fields.say,), reasons=reasons, repeats=0)


def _note(step: Step, **facts: Value) -> Note:
    """What the journal keeps beside the call for ever: that an answer came, and never which, for
    answers of anonymous plans must not be found there."""
    fields: Any = step.fields
    about: dict[str, Value] = {"survey": fields.survey, "question": fields.survey_question}
    return Note(what="answer", facts={**about, **facts})


VERB = Verb(
    VerbSpec(
        "survey_question",
        QuestionFields,
        of_fields(exits),
        bounds=bounds,
        speaks=True,
        waits=True,
    ),
    begin,
    {("keys", KeysCollected): _heard},
)
