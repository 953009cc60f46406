"""Where somebody who was drawn can be reached, and whether he is: judged again when it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.phone import takes_texts
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import State
from ivr.surveys.model import SMS, VOICE
from ivr.surveys.planned.drawing import language_of
from ivr.surveys.quotas import cell_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.surveys.model import Plan, Survey


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number of a customer. key: of its row. shared: others have it too."""

    key: int
    value: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who was drawn. id: public. numbers: those in use, his main one first.

    values: what quotas look at, by dimension: the product of his last ticket, his segment, region.
    """

    id: str
    locale: str
    numbers: Sequence[Number] = ()
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """What becomes of him: scheduled, or suppressed for a reason. number: None = there is none.

    medium: by which he is asked first. cell: the values by which the plan has quotas.
    """

    state: State
    language: str
    reason: str = ""
    number: Number | None = None
    medium: str = SMS
    cell: Mapping[str, str] = field(default_factory=dict)


def placed(survey: Survey, plan: Plan, member: Member) -> Placed:
    """Schedule him at a number of his own, by the first medium of the plan that it takes."""
    language, cell = language_of(survey, member.locale), cell_of(plan, member.values)
    number, reason = reached_at(member.numbers, plan.media)
    medium = _media(number, plan.media)[0] if number is not None else plan.media[0]
    if language not in survey.languages:
        reason = Reason.LANGUAGE_MISSING
    if reason is None:
        return Placed(State.SCHEDULED, language, "", number, medium, cell)
    return Placed(State.SUPPRESSED, language, reason.value, number, medium, cell)


def reached_at(
    numbers: Sequence[Number], media: Sequence[str] = (SMS,)
) -> tuple[Number | None, Reason | None]:
    """The number to reach him at, the first that most media serve; or a reason why at none."""
    serving = [each for each in numbers if _media(each, media)]
    own = [each for each in serving if not each.shared]
    if own:
        return max(own, key=lambda each: len(_media(each, media))), None
    return None, Reason.SHARED_CONTACT_POINT if serving else Reason.NO_CONTACT_POINT


def _media(number: Number, media: Sequence[str]) -> tuple[str, ...]:
    """The media that a number serves: any may be called, not every one takes texts."""
    return tuple(
        each for each in media if each == VOICE or (each == SMS and takes_texts(number.value))
    )
