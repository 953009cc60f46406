"""Reads the questions of a survey: what may be answered, how it is scored, when it is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ivr.domain.scalars import nearest
from ivr.flow.load.findings import meant
from ivr.flow.load.names import check_name
from ivr.flow.reader_tree import Map
from ivr.flow.spec import MOST_MESSAGE_S
from ivr.flow.types import write_duration
from ivr.surveys.compiling import prompt_name
from ivr.surveys.files.by_agents import check_agent_question
from ivr.surveys.files.reading import key_place, place, plain_texts
from ivr.surveys.files.shapes import QuestionFields
from ivr.surveys.files.unbuilt import check_question_built
from ivr.surveys.model import (
    CES,
    CHOICE,
    COMMENT,
    KINDS,
    NO,
    NPS,
    NUMBER,
    SCALE,
    YES,
    YESNO,
    Question,
)
from ivr.surveys.scopes import ANSWERS, answer_scope

if TYPE_CHECKING:
    from ivr.flow.reader_tree import Node, Text
    from ivr.surveys.files.reading import Reading

LONGEST_NAME = 40
"""Characters of a prompt's name."""
MOST_NUMBER = 999_999
CHOICE_KEYS = frozenset("0123456789")


class _Range(NamedTuple):
    low: int
    high: int


_FIXED = {NPS: _Range(0, 10), YESNO: _Range(YES, NO)}
_USUAL = {CES: _Range(1, 7), SCALE: _Range(1, 5), NUMBER: _Range(0, MOST_NUMBER)}


def read_questions(reading: Reading, node: Node | None) -> dict[str, Question]:
    """The questions in the order asked; a question with a mistake is left out."""
    found: dict[str, Question] = {}
    names = _names(node)
    for key, raw in reading.maps(node, "question"):
        question = _question(reading, key, raw, found, names)
        if question is None:
            reading.lost.add(key.value)
        else:
            found[key.value] = question
    _check_once(reading, found)
    return found


def _names(node: Node | None) -> tuple[str, ...]:
    return node.keys() if isinstance(node, Map) else ()


def _question(
    reading: Reading, key: Text, raw: Map, before: dict[str, Question], names: tuple[str, ...]
) -> Question | None:
    subject = f'question "{key.value}"'
    fields = reading.fields(QuestionFields, raw, subject, type="")
    kind = _kind(reading, raw, fields)
    if fields is None or not kind:
        return None
    _check_name(reading, key)
    if reading.by_agents:
        check_agent_question(reading, raw)
    else:
        check_question_built(reading, raw, key.value, fields)
    _check_length(reading, raw, key.value, fields)
    span = _range(reading, raw, fields, kind)
    say, text = _said(reading, key, raw)
    sound = _reads_earlier(reading, raw, fields, before, names)
    only = fields.only if sound else None
    score = _score(reading, raw, fields, kind)
    return Question(
        name=key.value,
        kind=kind,
        say=say,
        text=text,
        low=span.low,
        high=span.high,
        choices=_choices(reading, raw, fields, kind),
        score=score,
        is_key=_is_key(reading, raw, fields, score),
        only=reading.condition(raw, "only", only, answer_scope(before.values())),
        on=() if reading.by_agents else fields.on,
        longest_s=fields.longest,
        required=kind != COMMENT if fields.required is None else fields.required,
        at=key.at,
    )


def _kind(reading: Reading, raw: Map, fields: QuestionFields | None) -> str:
    """What may be answered; "" and V01 if there is no such type."""
    if fields is None or not fields.type:
        return ""
    kind = SCALE if fields.type == CES else fields.type
    if kind in KINDS:
        return kind
    near = meant(nearest(fields.type, (*KINDS, CES)))
    hint = near or f"write {', '.join((*KINDS[:1], CES, *KINDS[1:]))}"
    reading.error("V01", place(raw, "type"), f'no type of question "{fields.type}"', hint)
    return ""


def _said(reading: Reading, key: Text, raw: Map) -> tuple[dict[str, str], dict[str, str]]:
    """By language: what is spoken, and what is written, which are the same words if only the
    spoken ones are there."""
    subject = f'question "{key.value}"'
    say = reading.texts(raw.get("say"), f"{subject}: say")
    if raw.get("say") is None:
        reading.error("F102", key.at, f'{subject} needs "say"')
    text = reading.texts(raw.get("text"), f"{subject}: text") or say
    return plain_texts(say), plain_texts(text)


def _check_name(reading: Reading, key: Text) -> None:
    """V20: its prompt must have a name that a recording can have."""
    name = prompt_name(reading.code, key.value)
    if len(name) > LONGEST_NAME:
        message = f'prompt "{name}" has {len(name)} characters, at most {LONGEST_NAME}'
        reading.error("V20", key.at, message, "give survey or question a shorter name")


def _check_length(reading: Reading, raw: Map, name: str, fields: QuestionFields) -> None:
    """F413: not every trunk could keep such an answer."""
    if fields.longest > MOST_MESSAGE_S:
        lasts, most = (
            write_duration(timedelta(seconds=each)) for each in (fields.longest, MOST_MESSAGE_S)
        )
        message = f'question "{name}": the answer may last {lasts}, at most {most}'
        reading.error("F413", key_place(raw, "longest"), message)


def _range(reading: Reading, raw: Map, fields: QuestionFields, kind: str) -> _Range:
    """The numbers it takes; V03 if there are none."""
    usual = _FIXED.get(kind) or _USUAL.get(fields.type) or _Range(0, 0)
    for name in ("low", "high"):
        if getattr(fields, name) is not None and kind not in {SCALE, NUMBER}:
            message = f"{fields.type} has no {name}"
            reading.error("V01", key_place(raw, name), message, "take it out")
            return usual
    low = usual.low if fields.low is None else fields.low
    high = usual.high if fields.high is None else fields.high
    if kind in {SCALE, NUMBER} and low >= high:
        at = key_place(raw, "low" if fields.low is not None else "high")
        reading.error("V03", at, f"low is {low} and high is {high}; low must be less")
        return usual
    if kind == SCALE and high > 9:
        message = f"high is {high}: one key answers a scale, so 9 is the most"
        reading.error("V03", place(raw, "high"), message, "a scale from 0 to 10 is type: nps")
        return usual
    if kind == NUMBER and high > MOST_NUMBER:
        reading.error("V03", place(raw, "high"), f"high is {high}, at most {MOST_NUMBER}")
        return usual
    return _Range(low, high)


def _choices(reading: Reading, raw: Map, fields: QuestionFields, kind: str) -> dict[str, str]:
    """Key -> what is stored."""
    if kind != CHOICE:
        if fields.keys:
            reading.error("V01", key_place(raw, "keys"), f"{fields.type} has no keys")
        return {}
    if not fields.keys:
        reading.error("F102", raw.at, 'a choice needs "keys", as in {"1": modem, "2": tv}')
    for key, value in fields.keys.items():
        if key not in CHOICE_KEYS:
            message = f'"{key}" cannot be chosen; write one digit'
            reading.error("F103", place(raw, "keys"), message)
        check_name(value, place(raw, "keys"), reading.findings, frozenset())
    return dict(fields.keys)


def _score(reading: Reading, raw: Map, fields: QuestionFields, kind: str) -> str:
    """What it is counted as; V19 where nothing can be counted."""
    written = fields.score
    if fields.type == CES and written is None:
        return CES
    if written in (None, "none"):
        return ""
    if kind == COMMENT:
        reading.error("V19", place(raw, "score"), "a comment has no score", "take it out")
        return ""
    if kind not in {SCALE, NPS}:
        reading.error("V19", place(raw, "score"), f"{fields.type} cannot be scored {written}")
        return ""
    if (written == NPS) is not (kind == NPS):
        hint = "score nps belongs to type nps, which is always 0 to 10"
        reading.error("V19", place(raw, "score"), f"{fields.type} cannot be scored {written}", hint)
        return ""
    return str(written)


def _is_key(reading: Reading, raw: Map, fields: QuestionFields, score: str) -> bool:
    if fields.key and not score:
        message = "only a scored question can be the key question"
        reading.error("V05", key_place(raw, "key"), message, "write its score")
    return fields.key and bool(score)


def _reads_earlier(
    reading: Reading,
    raw: Map,
    fields: QuestionFields,
    before: dict[str, Question],
    names: tuple[str, ...],
) -> bool:
    """V07 where `only` reads an answer that comes later, or from no question."""
    unknown = [path[1] for path in _reads(fields) if path[0] == ANSWERS and path[1] not in before]
    for name in unknown:
        if name in reading.lost:
            continue
        late = name in names
        why = "which is not asked before" if late else "and there is no such question"
        near = "" if late else meant(nearest(name, before))
        reading.error("V07", place(raw, "only"), f'"only" reads answers.{name}, {why}', near)
    return not unknown


def _reads(fields: QuestionFields) -> list[tuple[str, ...]]:
    if fields.only is None:
        return []
    return [path for path in fields.only.expression.reads if len(path) > 1]


def _check_once(reading: Reading, found: dict[str, Question]) -> None:
    """V05 for a second key question, V06 for a second question of one score."""
    scores: dict[str, str] = {}
    first = ""
    for question in found.values():
        at = question.at
        if question.score in scores and at is not None:
            message = f'score {question.score} is given by "{scores[question.score]}" already'
            reading.error("V06", at, message, "write score: none")
        if question.score:
            scores.setdefault(question.score, question.name)
        if question.is_key and first and at is not None:
            reading.error("V05", at, f'"{first}" is the key question already', "take key out")
        if question.is_key:
            first = first or question.name
