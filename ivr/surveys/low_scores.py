"""Whether somebody's answers call for a person to call him back, and what that person reads.

A condition of the plan over the answers, also of a survey that was left halfway, or a word in what
he said. Without any answer nothing is known and nobody is called. Source: surveys.md section 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.texting.words import words_of
from ivr.surveys.facts import Facts, holds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.domain.values import Value
    from ivr.surveys.model import Low, Question

_SUBJECT = {"tr": "Anket: düşük puan", "en": "Survey: low score"}
_URGENT = 4


def calls_for_follow_up(
    low: Low | None,
    given: Mapping[str, Value],
    said: Sequence[str],
    facts: Mapping[str, Value],
    language: str,
) -> bool:
    """Whether somebody has to call back. given: answers by question; said: his own words.

    facts: of the contact and the customer, by record.
    """
    if low is None or not (given or any(said)):
        return False
    if low.when is not None and holds(low.when, Facts({**facts, "answers": dict(given)})):
        return True
    bad = {" ".join(words_of(word)) for word in low.words.get(language, ())}
    return any(f" {word} " in f" {' '.join(words_of(text))} " for text in said for word in bad)


def raised(usual: int, steps: int) -> int:
    """The priority (1 low - 4 urgent) so many steps up."""
    return max(1, min(_URGENT, usual + steps))


def subject(language: str) -> str:
    """What the follow-up is called."""
    return _SUBJECT.get(language, _SUBJECT["en"])


def told(questions: Mapping[str, Question], answers: Sequence[tuple[str, str]]) -> str:
    """The answers as a person reads them, one line each: question and what was given.

    answers: question and answer, in order; one that the survey no longer has keeps its name.
    """
    lines = []
    for name, answer in answers:
        question = questions.get(name)
        scale = f" / {question.high}" if question is not None and question.high else ""
        lines.append(f"{name}: {answer}{scale if answer.isdigit() else ''}")
    return "\n".join(lines)
