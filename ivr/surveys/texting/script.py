"""A survey as one person is asked it by text: questions in his language, and his time limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.surveys.facts import Facts, holds
from ivr.surveys.model import COMMENT, SMS, YESNO
from ivr.surveys.texting.phrases import goodbye
from ivr.surveys.texting.reading import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.surveys.model import Plan, Question, Survey

SILENCE = timedelta(hours=24)
"""After an answer: who writes nothing for so long writes no more."""


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that one session needs. questions: in order. thanks, opted_out: "" = none is sent.

    expires_at: later answers are for the intake. reminder: how long after the first message, None =
    never. facts: of the contact and the customer, for `only`.
    """

    questions: tuple[Question, ...]
    language: str
    expires_at: datetime
    thanks: str = ""
    opted_out: str = ""
    reminder: timedelta | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)

    def named(self, name: str) -> Question | None:
        """A question by its name."""
        return next((each for each in self.questions if each.name == name), None)

    def wording(self, question: Question) -> str:
        """What is written to ask it; the spoken words where there are no written ones."""
        return question.text.get(self.language) or question.say[self.language]

    def wanted(self, question: Question) -> Wanted:
        """What kind of answer it takes."""
        return wanted_of(question, self.language)

    def applies(self, question: Question, answers: Mapping[str, Value]) -> bool:
        """Whether it is asked after these answers."""
        return holds(question.only, Facts({**self.facts, "answers": dict(answers)}))


def wanted_of(question: Question, language: str) -> Wanted:
    """What kind of answer a question takes in a language."""
    if question.kind == COMMENT:
        return Wanted(language)
    yesno = question.kind == YESNO
    return Wanted(language, question.low, question.high, question.choices, yesno)


def script_for(
    survey: Survey, plan: Plan, language: str, begun: datetime, facts: Mapping[str, Value]
) -> Script:
    """The survey in a language, as the plan wants it asked from a moment on.

    Raises KeyError if the survey does not speak the language: whoever invites has checked that.
    """
    return Script(
        questions=survey.asked_by(SMS),
        language=language,
        expires_at=begun + timedelta(seconds=plan.expires_s),
        thanks=survey.thanks.text.get(language) or survey.thanks.say.get(language, ""),
        opted_out=survey.opted_out.text.get(language) or goodbye(language),
        reminder=None if plan.reminder_s is None else timedelta(seconds=plan.reminder_s),
        facts=facts,
    )
