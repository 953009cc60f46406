"""Surveys as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel, ConfigDict

from ivr.flow.prompt_sms import sms_segments
from ivr.surveys.files.loading import read_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.domain.problem import Problem
    from ivr.runtime.ports.opinions import PlanRow, SurveyRow
    from ivr.surveys.model import Question, Said, Survey

VOICE, DESK = "voice", "desk"
NextAt: TypeAlias = "Callable[[str, str], datetime | None]"
"""When the next wave of a plan begins, by survey and plan."""


class Out(BaseModel):
    """Made from the rows of the store."""

    model_config = ConfigDict(from_attributes=True)


class PlanOut(Out):
    """Who is asked, when and by which medium: voice sms email web, or desk where agents are. rate:
    as its file says it, such as 10%; "" where a size counts. quota: weights do not hold. active:
    nobody has halted it. next_at: when its next wave begins."""

    id: str
    name: str
    when: str
    media: tuple[str, ...]
    rate: str
    size: str
    quota: bool
    active: bool
    anonymous: bool
    valid_from: datetime
    next_at: datetime | None


class SurveyOut(Out):
    """A survey. wording: the beginning of its newest hash, as reports name it."""

    code: str
    languages: tuple[str, ...]
    respondent: str
    wording: str
    published_at: datetime
    plans: tuple[PlanOut, ...]


class MessageOut(Out):
    """A text message as it is charged. encoding: GSM-7 or UCS-2."""

    text: str
    parts: int
    encoding: str


class QuestionOut(Out):
    """A question. say: spoken, text: as a message, both by language; low, high: of a scale."""

    name: str
    kind: str
    score: str
    is_key: bool
    low: int
    high: int
    media: tuple[str, ...]
    say: Mapping[str, str]
    text: Mapping[str, MessageOut]


class SentenceOut(Out):
    """A sentence beside the questions: offer, thanks, declined, opted_out."""

    name: str
    say: Mapping[str, str]
    text: Mapping[str, MessageOut]


class WordingOut(Out):
    """A wording. continues: the beginning of the hash whose answers may be joined to its own."""

    hash: str
    published_at: datetime
    continues: str


class SurveyDetail(SurveyOut):
    """A survey with its newest texts, to be looked at."""

    opt_out_key: str
    questions: tuple[QuestionOut, ...]
    sentences: tuple[SentenceOut, ...]
    wordings: tuple[WordingOut, ...]


class ProblemOut(Out):
    """A mistake of a file, at its place. hint: what to do about it."""

    code: str
    severity: str
    line: int
    column: int
    message: str
    hint: str


class InvitationOut(Out):
    """Somebody who was asked, or why not. contact: the call; rate: by which it was drawn."""

    id: str
    survey: str
    plan: str
    wording: str
    state: str
    reason: str
    medium: str
    language: str
    queue: str
    category: str
    agent: str
    contact: str
    customer: str
    rate: float
    created_at: datetime
    sent_at: datetime | None
    reached_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class SpokenOut(Out):
    """The recording of an answer. state: ready, pending (its sound is still to come), failed or
    gone. words: what was typed, on the simulator; partial: something of it was lost.

    POST /recordings/{id}/plays, with a reason, gives a pass to hear it.
    """

    id: str
    state: str
    at: datetime
    seconds: float
    words: str
    partial: bool


class AnswerOut(Out):
    """One answer. text: empty for those who may not read comments; so is spoken, what was said."""

    question: str
    score_kind: str
    value: int | None
    text: str
    latency_ms: int | None
    tries: int
    spoken: SpokenOut | None


class ResponseOut(Out):
    """What one caller answered. score: of the key question; contact: the call."""

    id: str
    survey: str
    plan: str
    wording: str
    medium: str
    language: str
    completion: str
    score: int | None
    score_kind: str
    queue: str
    category: str
    agent: str
    contact: str
    customer: str
    rate: float
    started_at: datetime
    finished_at: datetime | None
    answers: tuple[AnswerOut, ...]


class AlarmOut(Out):
    """A score that left its level. value, level: 0 to 1; p: how often chance alone does that."""

    id: str
    plan: str
    metric: str
    dims: str
    unit: str
    rule: str
    window: date
    value: float
    n: int
    p: float
    level: float
    level_n: int
    ticket: str
    raised_at: datetime
    closed_at: datetime | None


def survey_out(row: SurveyRow, next_at: NextAt) -> SurveyOut:
    """A survey as the list shows it."""
    survey = read_version(json.dumps(row.definition))
    return SurveyOut(**_heads(row, survey, next_at))


def detail_out(row: SurveyRow, next_at: NextAt) -> SurveyDetail:
    """A survey with its texts."""
    survey = read_version(json.dumps(row.definition))
    sentences = (("thanks", survey.thanks), ("declined", survey.declined))
    return SurveyDetail(
        **_heads(row, survey, next_at),
        opt_out_key=survey.offer.opt_out_key,
        questions=tuple(map(_question, survey.questions.values())),
        sentences=(
            SentenceOut(name="offer", say=survey.offer.say, text={}),
            *(_sentence(name, said) for name, said in sentences),
            _sentence("opted_out", survey.opted_out),
        ),
        wordings=tuple(WordingOut.model_validate(each) for each in row.wordings),
    )


def problem_out(problem: Problem) -> ProblemOut:
    """A mistake as JSON."""
    return ProblemOut(
        code=problem.code,
        severity=str(problem.severity),
        line=problem.at.line,
        column=problem.at.column,
        message=problem.message,
        hint=problem.hint,
    )


def _heads(row: SurveyRow, survey: Survey, next_at: NextAt) -> dict[str, Any]:
    return {
        "code": row.code,
        "languages": survey.languages,
        "respondent": survey.respondent,
        "wording": row.wordings[0].hash[:8],
        "published_at": row.wordings[0].published_at,
        "plans": tuple(
            _plan(each, survey, next_at(row.code, each.name) if each.active else None)
            for each in row.plans
        ),
    }


def _plan(row: PlanRow, survey: Survey, next_at: datetime | None) -> PlanOut:
    told = row.definition
    media = (DESK,) if survey.by_agents else tuple(told.get("media") or (VOICE,))
    return PlanOut(
        id=row.id,
        name=row.name,
        when=str(told.get("when", "")),
        media=media,
        rate=str(told.get("rate", "")),
        size=str(told.get("size", "")),
        quota="quota" in told,
        active=row.active,
        anonymous=row.anonymous,
        valid_from=row.valid_from,
        next_at=next_at,
    )


def _question(question: Question) -> QuestionOut:
    return QuestionOut(
        name=question.name,
        kind=question.kind,
        score=question.score,
        is_key=question.is_key,
        low=question.low,
        high=question.high,
        media=question.on or (DESK,),
        say=dict(question.say),
        text=_messages(question.text or question.say) if question.on else {},
    )


def _sentence(name: str, said: Said) -> SentenceOut:
    return SentenceOut(name=name, say=dict(said.say), text=_messages(said.text or said.say))


def _messages(texts: Mapping[str, str]) -> dict[str, MessageOut]:
    """Texts by language, and what each costs."""
    found = {}
    for language, text in texts.items():
        size = sms_segments(text)
        found[language] = MessageOut(text=text, parts=size.segments, encoding=size.encoding)
    return found
