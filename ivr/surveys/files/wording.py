"""Checks what is said and written: how long it is, which end is good, how one opts out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.load.findings import find
from ivr.flow.prompt_sms import sms_segments
from ivr.flow.prompts import TemplateError, longest_seconds, parse_template
from ivr.flow.reader_tree import Map
from ivr.surveys.compiling import prompt_name
from ivr.surveys.model import COMMENT, NPS, SCALE, SMS, VOICE
from ivr.surveys.words import good_end, tells_opt_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.domain.problem import Position
    from ivr.surveys.files.reading import Reading
    from ivr.surveys.model import Plan, Question, Survey

MOST_BY_VOICE = 4
OFFER_S, QUESTION_S = 9.0, 12.0
MOST_PARTS = 2
OFFER = "offer"


def check_wording(reading: Reading, root: Map, survey: Survey) -> None:
    """Every check of the texts; nothing here is needed to go on."""
    asked = survey.asked_by(VOICE)
    _check_voice(reading, survey)
    _check_directions(reading, root, survey)
    if survey.respondent == "caller" and asked:
        _check_lengths(reading, root, survey)
        _check_opt_out_key(reading, root, survey)
    if any(SMS in plan.media for plan in survey.plans.values()):
        _check_messages(reading, root, survey)


def _check_voice(reading: Reading, survey: Survey) -> None:
    """V08 too many questions by voice; V22 plans that cannot ask one."""
    by_voice = [plan for plan in survey.plans.values() if plan.by_voice]
    asked = survey.asked_by(VOICE)
    if len(asked) > MOST_BY_VOICE:
        at = asked[MOST_BY_VOICE].at
        if at is not None:
            message = f"{len(asked)} questions by voice; many hang up after 3 or 4"
            reading.warning("V08", at, message, "leave some to sms, as in on: [sms, web]")
    _check_nameless(reading, asked, by_voice)
    if not asked:
        for plan in by_voice:
            if plan.at is not None:
                message = f'plan "{plan.name}" asks by voice, but no question is asked by voice'
                reading.error("V22", plan.at, message, "take voice out of its media")


def _check_nameless(reading: Reading, asked: Sequence[Question], by_voice: Sequence[Plan]) -> None:
    """V22: a voice names its owner, so nobody speaks where answers are anonymous."""
    nameless = next((plan.name for plan in by_voice if plan.anonymous), "")
    for question in asked if nameless else ():
        if question.kind == COMMENT and question.at is not None:
            message = f'"{question.name}" would be spoken in the anonymous plan "{nameless}": '
            hint = "write on: [sms, web] at the question, or take anonymous out of the plan"
            reading.error("V22", question.at, f"{message}a voice names its owner", hint)


def _check_directions(reading: Reading, root: Map, survey: Survey) -> None:
    """V04: each question names its ends, and the good end is the same in all of them."""
    first: tuple[str, str] | None = None
    for question, language, text in _scales(survey):
        end = good_end(text, question.low, question.high)
        at = _text_at(root, question, "say", language)
        if not end and not _names_ends(text, question):
            message = f'"{question.name}" does not say in {language} which end is good'
            hint = f'write what {question.high} means, as in "{question.high} is very good"'
            reading.warning("V04", at, message, hint)
        if end and first and end != first[0]:
            message = f'here the {end} end is good, in "{first[1]}" the {first[0]} end'
            reading.error("V04", at, message, "ask all of them in the same direction")
            return
        first = first or ((end, question.name) if end else None)


def _scales(survey: Survey) -> Iterator[tuple[Question, str, str]]:
    """Each question with two ends, with each language and what is said in it."""
    for question in survey.questions.values():
        if question.kind in {SCALE, NPS}:
            for language, text in question.say.items():
                yield question, language, text


def _names_ends(text: str, question: Question) -> bool:
    return str(question.low) in text and str(question.high) in text


def _check_lengths(reading: Reading, root: Map, survey: Survey) -> None:
    """V09: an offer of more than 9 s, a question of more than 12 s; recordings are not measured."""
    for language, text in survey.offer.say.items():
        at = _at(root, (OFFER, "say", language))
        _check_length(reading, at, OFFER, language, text, OFFER_S)
    for question in survey.asked_by(VOICE):
        for language, text in question.say.items():
            at = _text_at(root, question, "say", language)
            _check_length(reading, at, question.name, language, text, QUESTION_S)


def _check_length(
    reading: Reading, at: Position, name: str, language: str, text: str, most_s: float
) -> None:
    if (language, prompt_name(reading.code, name)) in reading.around.recordings:
        return
    try:
        template = parse_template(text)
    except TemplateError:
        return  # told where it was read
    seconds = longest_seconds(template)
    if seconds > most_s:
        message = f'"{name}" lasts about {seconds:.0f} s in {language}, at most {most_s:.0f} s'
        reading.error("V09", at, message, "say it in fewer words")


def _check_opt_out_key(reading: Reading, root: Map, survey: Survey) -> None:
    """V10: whoever presses too early would answer the first question."""
    key, first = survey.offer.opt_out_key, survey.asked_by(VOICE)[0]
    taken = first.choices or [str(n) for n in range(first.low, first.high + 1)]
    if key and key in list(taken)[:20] and first.kind != COMMENT:
        at = _at(root, (OFFER, "opt_out_key"))
        message = f'key {key} is also an answer to the first question, "{first.name}"'
        reading.error("V10", at, message, "choose another key, or another first question")


def _check_messages(reading: Reading, root: Map, survey: Survey) -> None:
    """V11 a first message without a way out, V12 messages of more than two parts."""
    asked = survey.asked_by(SMS)
    for place, question in enumerate(asked):
        key = "text" if _is_written(root, question) else "say"
        for language, text in question.text.items():
            at = _text_at(root, question, key, language)
            if place == 0 and not tells_opt_out(text):
                message = f"the first SMS does not say in {language} how one opts out"
                reading.error("V11", at, message, "write IPTAL or STOP into it")
            size, most = sms_segments(text), MOST_PARTS if key == "text" else 1
            if size.segments > most:
                message = f'"{question.name}" takes {size.segments} SMS in {language}'
                sign = f'"{size.offender}" makes it dearer; ' if size.offender else ""
                hint = f"{sign}write a shorter text" + ("" if key == "text" else " under text")
                reading.warning("V12", at, message, hint)


def _is_written(root: Map, question: Question) -> bool:
    questions = root.get("questions")
    raw = questions.get(question.name) if isinstance(questions, Map) else None
    return isinstance(raw, Map) and raw.get("text") is not None


def _text_at(root: Map, question: Question, key: str, language: str) -> Position:
    return _at(root, ("questions", question.name, key, language))


def _at(root: Map, path: Sequence[str]) -> Position:
    return find(root, path).at
