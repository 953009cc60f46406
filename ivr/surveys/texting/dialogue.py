"""The talk of one survey by text, as a machine without a clock: what came in, what goes out.

One message per question, the next at once. What cannot be taken is asked for once more and kept as
words; after that the survey ends with what there is. Source: surveys.md section 4.1, 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ivr.surveys.invitations import State
from ivr.surveys.texting.phrases import again
from ivr.surveys.texting.reading import Meaning, read
from ivr.surveys.texting.script import SILENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.values import Value
    from ivr.surveys.model import Question
    from ivr.surveys.texting.reading import Read
    from ivr.surveys.texting.script import Script

_MOST_TRIES = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of an answer. number: given where one was asked for, None = none yet. value: what is
    stored of a choice or a free question. comment: words written beside or instead of that.

    raw: the last message as it came. tries: messages that were needed.
    """

    question: str
    number: int | None
    value: str
    comment: str
    raw: str
    tries: int
    at: datetime

    @property
    def given(self) -> Value:
        """The answer as conditions see it; None = there are words at most."""
        return self.value or self.number


@dataclass(frozen=True, slots=True)
class Session:
    """Where the talk stands. question: waits for its answer, "" = the talk is over.

    begun_at: the first message. asked_at: this question. heard_at: their last message, None = none
    came. tries: messages that came for this question. answers: by question, in order.
    """

    begun_at: datetime
    asked_at: datetime
    question: str = ""
    tries: int = 0
    heard_at: datetime | None = None
    reminded: bool = False
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether nothing more is asked."""
        return not self.question


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event changes. say: messages to send, in order. kept: the answer that is new or
    changed. moves: states that the invitation goes through, in order. taken: False = the message is
    nothing of this survey and goes to the intake."""

    session: Session
    say: tuple[str, ...] = ()
    kept: Answer | None = None
    moves: tuple[State, ...] = ()
    taken: bool = True


def begin(script: Script, now: datetime) -> Turn:
    """The first question goes out; nothing does if none applies."""
    session = Session(begun_at=now, asked_at=now)
    first = _next(script, session)
    return Turn(session) if first is None else _ask(script, session, first, now)


def came(script: Script, session: Session, text: str, at: datetime, now: datetime) -> Turn:
    """A message came. at: when it reached us; now: when it is worked on, never earlier."""
    question = script.named(session.question)
    if question is None or at >= script.expires_at:
        return Turn(session, taken=False)
    earlier = _meant_before(script, session, at)
    found = read(text, script.wanted(earlier or question))
    if found.meaning is Meaning.OPT_OUT:
        over = replace(session, question="")
        return Turn(over, _some(script.opted_out), moves=(State.OPTED_OUT,))
    if found.meaning is Meaning.BACK or not text.strip():
        return Turn(session)
    if earlier is not None:
        return _corrected(session, earlier, found, text, at)
    return _answered(script, session, _answer(session, question, found, text, at), now)


def next_due(script: Script, session: Session) -> datetime | None:
    """When `due` has to be asked next; None = the talk is over."""
    if session.over:
        return None
    if session.heard_at is not None:
        return min(script.expires_at, session.heard_at + SILENCE)
    if script.reminder is None or session.reminded:
        return script.expires_at
    return min(script.expires_at, session.begun_at + script.reminder)


def due(script: Script, session: Session, now: datetime) -> Turn:
    """Time has passed: the one reminder, or the end. Nothing changes before `next_due`."""
    at = next_due(script, session)
    question = script.named(session.question)
    if at is None or question is None or now < at:
        return Turn(session)
    over = replace(session, question="")
    if session.heard_at is not None:
        return Turn(over, moves=(_verdict(script, session),))
    if now >= script.expires_at:
        return Turn(over, moves=(State.EXPIRED,))
    return Turn(replace(session, reminded=True), (script.wording(question),))


def _meant_before(script: Script, session: Session, at: datetime) -> Question | None:
    """The question that a message was meant for which came before the present one was asked."""
    if at >= session.asked_at or session.tries or not session.answers:
        return None
    return script.named(list(session.answers)[-1])


def _corrected(session: Session, question: Question, found: Read, text: str, at: datetime) -> Turn:
    """A second answer before the next question went out takes the place of the first; other words
    are added to it."""
    before = session.answers[question.name]
    kept = replace(before, raw=text, tries=before.tries + 1, at=at)
    if found.number is not None:
        kept = replace(kept, number=found.number, value=found.value)
    else:
        kept = replace(kept, comment=_joined(before.comment, text.strip()))
    answers = {**session.answers, question.name: kept}
    return Turn(replace(session, answers=answers, heard_at=at), kept=kept)


def _answer(session: Session, question: Question, found: Read, text: str, at: datetime) -> Answer:
    before = session.answers.get(question.name)
    comment = _joined(before.comment if before else "", found.comment)
    tries = session.tries + 1
    return Answer(question.name, found.number, found.value, comment, text, tries, at)


def _answered(script: Script, session: Session, kept: Answer, now: datetime) -> Turn:
    """The next question, the same once more, or the end."""
    heard = replace(
        session,
        heard_at=kept.at,
        tries=kept.tries,
        answers={**session.answers, kept.question: kept},
    )
    began = () if session.heard_at else (State.STARTED,)
    following = _next(script, heard)
    if kept.given is None and kept.tries < _MOST_TRIES:
        asked = script.named(kept.question)
        words = again(script.wanted(asked)) if asked else ""
        return Turn(heard, _some(words), kept, began)
    if kept.given is not None and following is not None:
        return replace(_ask(script, heard, following, now), kept=kept, moves=began)
    over = replace(heard, question="")
    return Turn(over, _some(script.thanks), kept, (*began, _verdict(script, heard)))


def _ask(script: Script, session: Session, question: Question, now: datetime) -> Turn:
    asked = replace(session, question=question.name, asked_at=now, tries=0)
    return Turn(asked, (script.wording(question),))


def _verdict(script: Script, session: Session) -> State:
    """Completed once every question is answered that has to be and was, or would be, asked."""
    said = _said(session)
    missing = any(
        each.required and each.name not in said and script.applies(each, said)
        for each in script.questions
    )
    return State.PARTIAL if missing else State.COMPLETED


def _next(script: Script, session: Session) -> Question | None:
    """The next question that applies; those before the last answer are behind us."""
    names = [each.name for each in script.questions]
    place = max((names.index(name) + 1 for name in session.answers), default=0)
    said = _said(session)
    return next((each for each in script.questions[place:] if script.applies(each, said)), None)


def _said(session: Session) -> dict[str, Value]:
    """The answers as conditions see them; words that were kept instead of a number are none."""
    given = {name: answer.given for name, answer in session.answers.items()}
    return {name: value for name, value in given.items() if value is not None}


def _joined(before: str, after: str) -> str:
    return "\n".join(each for each in (before, after) if each)


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()
