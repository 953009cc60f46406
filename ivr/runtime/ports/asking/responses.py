"""The seam of what was answered: responses that are over, each looked at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.runtime.ports.asking.texts import Invited


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: a number, words, or both."""

    question: str
    number: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A response that is over. id, customer, interaction: public ids, "" = none. invited: what it
    answers, with plan and wording. queue: of the contact. score_kind: of the score that counts.

    follow_up: number of the open ticket that an earlier low score of his opened, "" = none.
    anonymous: nothing may lead from it to a person.
    """

    id: str
    invited: Invited
    medium: str
    completion: str
    answers: Sequence[Given] = ()
    score: int | None = None
    score_kind: str = ""
    customer: str = ""
    interaction: str = ""
    ticket: str = ""
    queue: str = ""
    pref_medium: str = ""
    pref_window: str = ""
    follow_up: str = ""
    anonymous: bool = False

    @property
    def given(self) -> Mapping[str, Value]:
        """The answers as conditions see them."""
        return {
            each.question: each.text if each.number is None else each.number
            for each in self.answers
        }


@dataclass(frozen=True, slots=True)
class News:
    """What other systems are told. type: `survey.answered`, `survey.low_score`."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Responses(Protocol):
    """The rows. Errors: StoreError."""

    async def unjudged(self, limit: int) -> Sequence[str]:
        """Responses that are over and were not looked at, the oldest first."""

    async def get(self, response: str) -> Finished | None:
        """One of them."""

    async def judged(self, response: str, news: Sequence[News], at: datetime) -> bool:
        """It was looked at, and others are told: both or neither, once. False: it was before."""
