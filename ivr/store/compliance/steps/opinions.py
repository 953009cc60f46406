"""What he said in surveys: his words go, the scores and the funnel stay as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from ivr.store.compliance.subjects import chunks
from ivr.store.tables import survey_answer, survey_invitation, survey_response, survey_talk

if TYPE_CHECKING:
    from ivr.store.compliance.steps.erasing import Erasing

_NOT_SENT = ("scheduled", "sent", "delivered", "undelivered")
_NO_WORDS = {"value_text": None, "input_raw": None}


def survey_words(job: Erasing) -> int:
    """Comments, what was typed, and where it was sent; what is still to be sent never is."""
    done = 0
    for invitation in _invitations(job):
        responses = select(survey_response.c.id).where(
            survey_response.c.invitation_id == invitation
        )
        said = update(survey_answer).where(survey_answer.c.response_id.in_(responses))
        done += job.connection.execute(said.values(_NO_WORDS)).rowcount
        answered = update(survey_response).where(survey_response.c.invitation_id == invitation)
        job.connection.execute(answered.values(anonymized_at=job.at))
        _hide(job, invitation)
    return done


def _invitations(job: Erasing) -> list[int]:
    """Those of the customer, of his contacts, and of numbers that are his alone."""
    found: set[int] = set()
    mine = [survey_invitation.c.customer_id.in_(job.subject.ids)]
    if job.subject.own:
        mine.append(survey_invitation.c.value_norm.in_(job.subject.own))
    found.update(job.connection.scalars(select(survey_invitation.c.id).where(or_(*mine))))
    for some in chunks(job.subject.contacts(job.connection)):
        of_calls = survey_invitation.c.interaction_id.in_(some)
        found.update(job.connection.scalars(select(survey_invitation.c.id).where(of_calls)))
    return sorted(found)


def _hide(job: Erasing, invitation: int) -> None:
    row = job.connection.execute(
        select(survey_invitation.c.state, survey_invitation.c.value_norm).where(
            survey_invitation.c.id == invitation
        )
    ).one()
    values: dict[str, object] = {}
    if row.value_norm:
        values["value_norm"] = job.hidden(row.value_norm)
    if row.state in _NOT_SENT:
        values |= {"state": "expired", "ended_at": job.at}
    if row.state == "started":
        values |= {"state": "partial", "ended_at": job.at}
        left = update(survey_response).where(survey_response.c.invitation_id == invitation)
        job.connection.execute(left.values(completion="partial", finished_at=job.at))
    if values:
        same = survey_invitation.c.id == invitation
        job.connection.execute(update(survey_invitation).where(same).values(values))
    talk = update(survey_talk).where(survey_talk.c.invitation_id == invitation)
    job.connection.execute(
        talk.values(state={}, next_at=None, value_norm=values.get("value_norm", ""))
    )
