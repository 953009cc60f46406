"""What an agent is asked about a call he winds up: the first plan that takes it.

Pure. It looks at the call and never at an invitation: whether the caller is asked himself can
neither be told from the question nor be influenced by the answer. Source: surveys.md 0 and 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.surveys.facts import Facts, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.domain.values import Value
    from ivr.surveys.model import Plan, Question, Survey


@dataclass(frozen=True, slots=True)
class Impression:
    """What is asked. question: the one of its survey, which is scored. language: of its text."""

    survey: Survey
    plan: Plan
    question: Question
    language: str

    @property
    def text(self) -> str:
        """The words that the desk shows."""
        return self.question.say[self.language]


def impression_of(
    plans: Iterable[tuple[Survey, Plan]],
    facts: Mapping[str, Mapping[str, Value]],
    language: str,
) -> Impression | None:
    """What is asked about a contact; None = nothing. plans: of agents, in their order. language:
    of the desk; a survey that is not written in it is shown in its first one. A plan that was
    halted asks nobody."""
    known = Facts(facts)
    for survey, plan in plans:
        if plan.active and holds(plan.match, known):
            question = next(iter(survey.questions.values()))
            shown = language if language in survey.languages else survey.languages[0]
            return Impression(survey, plan, question, shown)
    return None
