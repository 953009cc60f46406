"""`survey_comment`: a question of a survey that is answered in words. Only surveys have this step.

The caller speaks after a tone. Who hangs up meanwhile ends his answer that way, and with the last
question he has answered all of them. Source: surveys.md section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import Field

from ivr.domain.commands import Note
from ivr.domain.events import TimerFired
from ivr.domain.filing import KeepAnswer, MoveInvitation
from ivr.domain.recording import (
    BEEP_S,
    SURVEY_COMMENT,
    KeepRecording,
    MessageTaken,
    TakeMessage,
)
from ivr.engine.record.messages import MESSAGE_NAME as MESSAGE
from ivr.engine.record.messages import PATIENCE
from ivr.engine.verb import Leave, Move, Stay, Verb, of_fields
from ivr.engine.verbs.survey_end import COMPLETED
from ivr.flow.fields import Fields, Flag, Prompt, Seconds, Variable
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import Timing, VerbSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.commands import Command
    from ivr.domain.values import Value
    from ivr.engine.view import View

SILENCE_S, SHORTEST_S, END_KEY = 3.0, 1.0, "#"


class CommentFields(Fields):
    """Fields of `survey_comment`. given, missed: as of `survey_question`."""

    survey_comment: str = Field(description="Name of the question.")
    survey: str = Field(description="Code of the survey.")
    of: str = Field(description="Version of the survey, 64 hex digits.")
    say: Prompt = Field(description="The question, before the tone.")
    longest: Seconds = Field(60.0, description="The longest answer.")
    required: Flag = Field(True, description="Whether the survey is complete only with it.")
    last: Flag = Field(False, description="Whether no question comes after it.")
    into: Variable = Field(description="Variable that gets the words, as far as they are known.")
    given: Variable = Field(description="Variable that counts answers.")
    missed: Variable = Field(description="Variable that counts what was skipped.")


def exits(_fields: CommentFields) -> Exits:
    """The next step."""
    return Exits({NEXT: NEXT})


def bounds(step: Step, timing: Timing) -> Mapping[str, float]:
    """The question, the tone and the longest answer."""
    fields: Any = step.fields
    return {NEXT: timing.prompt_s((fields.say,)) + BEEP_S + fields.longest}


def begin(step: Step, view: View) -> Move:
    """Ask and listen; where nothing can be recorded nobody is asked."""
    fields: Any = step.fields
    if not view.is_heard or not view.can_record:
        return _skipped(step, view)
    wanted = TakeMessage(
        kind=SURVEY_COMMENT,
        prompts=(*view.queued, *view.prompts((fields.say,))),
        longest_s=fields.longest,
        silence_s=SILENCE_S,
        end_key=END_KEY,
        shortest_s=SHORTEST_S,
    )
    return Stay(ask={MESSAGE: wanted}, keep={"since": view.now})


def _taken(step: Step, view: View, event: MessageTaken) -> Move:
    """Too short is no answer; else it is kept, and the answer says where."""
    fields: Any = step.fields
    if event.seconds < SHORTEST_S:
        return _skipped(step, view)
    kept = KeepRecording(
        kind=SURVEY_COMMENT,
        turn=event.turn,
        seconds=event.seconds,
        source=event.source,
        words=event.words,
        survey=fields.survey,
        question=fields.survey_comment,
    )
    answer = KeepAnswer(
        survey=fields.survey,
        version=fields.of,
        question=fields.survey_comment,
        spoken=event.turn,
    )
    told = (kept, answer, *_all_answered(step, view), _note(step, answered=True))
    return Leave(NEXT, told, {fields.into: event.words, **_one_more(view, fields.given)})


def _all_answered(step: Step, view: View) -> tuple[Command, ...]:
    """Nothing follows for a caller who has gone: with the last question he has come to the end."""
    fields: Any = step.fields
    if not (view.silent and fields.last) or view.frame.variables.get(fields.missed):
        return ()
    return (MoveInvitation(survey=fields.survey, state=COMPLETED),)


def _skipped(step: Step, view: View, **facts: Value) -> Leave:
    fields: Any = step.fields
    sets = _one_more(view, fields.missed) if fields.required else {}
    return Leave(NEXT, (_note(step, skipped=True, **facts),), sets)


def _one_more(view: View, name: str) -> dict[str, Value]:
    return {name: cast("int", view.frame.variables.get(name) or 0) + 1}


def _gave_up(step: Step, view: View, _event: TimerFired) -> Move:
    """The caller has gone, and nobody has ever told what became of his answer."""
    return _skipped(step, view, lost=True)


def _note(step: Step, **facts: Value) -> Note:
    fields: Any = step.fields
    about: dict[str, Value] = {"survey": fields.survey, "question": fields.survey_comment}
    return Note(what="answer", facts={**about, **facts})


VERB = Verb(
    VerbSpec(
        "survey_comment",
        CommentFields,
        of_fields(exits),
        bounds=bounds,
        speaks=True,
        waits=True,
        records=True,
    ),
    begin,
    {(MESSAGE, MessageTaken): _taken, (PATIENCE, TimerFired): _gave_up},
)
