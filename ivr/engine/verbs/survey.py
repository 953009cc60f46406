"""`survey`: asks a caller who was chosen, once the agents have left; everybody else goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from ivr.domain.commands import Note
from ivr.domain.filing import InviteSurvey, MoveInvitation, SurveyDecided, flow_of
from ivr.domain.recording import EndRecording
from ivr.engine.record.talks import agent_of_record, ended_outside, talked_s
from ivr.engine.verb import Enter, Leave, Move, Stay, Verb, of_fields
from ivr.flow.fields import Exit, Fields, reference
from ivr.flow.model import NEXT, Exits, Step
from ivr.flow.spec import VerbSpec

if TYPE_CHECKING:
    from ivr.engine.view import View

VOICE, OFFERED, SUPPRESSED, MISSED = "voice", "offered", "suppressed", "missed"
NOT_REACHED = frozenset({"transferred_out", "system"})
"""Reasons for which a text may still follow; the others say that he is not to be asked."""


class SurveyFields(Fields):
    """Fields of `survey`. done: not needed in the final region."""

    survey: reference("surveys") = Field(  # type: ignore[valid-type]
        description="The survey, one of `uses: surveys`."
    )
    done: Exit | None = Field(
        None,
        description="Where the caller goes afterwards; not needed once the caller has hung up.",
    )


def exits(fields: SurveyFields) -> Exits:
    """`done`; without it the next step, which only the final region may do."""
    return Exits({"done": fields.done or NEXT}, ends=fields.done is not None)


def begin(step: Step, view: View) -> Move:
    """Ask whether this caller was chosen; who has hung up gets a text if the plan says so."""
    name = _name(step)
    if view.silent or not view.is_heard or flow_of(name) not in view.flows:
        return Leave("done", (_left(step, name),))
    state = view.state
    invite = InviteSurvey(
        survey=name,
        talked_s=talked_s(state.segments),
        agent=agent_of_record(state.segments),
        outside=ended_outside(state.segments),
    )
    return Stay(ask={"decided": invite})


def _decided(step: Step, view: View, event: SurveyDecided) -> Move:
    name = _name(step)
    if event.medium != VOICE:
        return Leave("done", (*_given_up(step, view, event), _left(step, name)))
    agent = agent_of_record(view.state.segments)
    offered = MoveInvitation(survey=name, state=OFFERED, agent=agent)
    return Enter(flow_of(name), event.facts, (EndRecording(), offered))


def _given_up(step: Step, view: View, event: SurveyDecided) -> tuple[MoveInvitation, ...]:
    """Who was chosen and is not asked has a reason, which is written down."""
    if not event.reason:
        return ()
    state = MISSED if event.reason in NOT_REACHED else SUPPRESSED
    agent = agent_of_record(view.state.segments)
    return (MoveInvitation(survey=_name(step), state=state, reason=event.reason, agent=agent),)


def _left(step: Step, name: str) -> Note:
    return Note(what="survey", facts={"step": step.id, "survey": name, "asked": False})


def _name(step: Step) -> str:
    fields: Any = step.fields
    return str(fields.survey.name)


VERB = Verb(
    VerbSpec("survey", SurveyFields, of_fields(exits), final=True, waits=True, returns="done"),
    begin,
    {("decided", SurveyDecided): _decided},
)
