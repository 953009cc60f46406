"""A survey as callers hear it and read it: sentence by sentence, with keys, and what texts cost.

For whoever writes one. Which questions are asked hangs on answers; here they all stand in order.
Source: surveys.md sections 3 and 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.domain.texting.segments import Count, count, plain
from ivr.flow.prompt_sms import sms_segments
from ivr.surveys.model import CHOICE, COMMENT, NUMBER, SMS, VOICE, YESNO
from ivr.surveys.texting.phrases import again, goodbye
from ivr.surveys.texting.script import wanted_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.surveys.model import Question, Survey


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence on the line. name: of the question, or offer, thanks, declined, opted_out.

    keys: what may be pressed, in words. only: the condition under which it is asked, "" = always.
    """

    name: str
    text: str
    keys: str = ""
    only: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A text message. counted: what it costs; offender: the first letter that makes it dearer, "" =
    none does. again: it is sent after an answer that could not be read."""

    name: str
    text: str
    counted: Count
    offender: str = ""
    only: str = ""
    again: bool = False


def spoken(survey: Survey, language: str) -> list[Spoken]:
    """Every sentence in the order of a call; nothing for what has no words in this language."""
    offer, key = survey.offer, survey.offer.opt_out_key
    keys = f"{key} = never again, any other key skips it" if key else "any key skips it"
    ends = {"thanks": survey.thanks, "declined": survey.declined, "opted_out": survey.opted_out}
    found = (
        Spoken("offer", offer.say.get(language, ""), keys),
        *(
            Spoken(each.name, each.say.get(language, ""), _keys(each), _only(each))
            for each in survey.asked_by(VOICE)
        ),
        *(Spoken(name, said.say.get(language, "")) for name, said in ends.items()),
    )
    return [each for each in found if each.text]


def written(survey: Survey, language: str, *, plain_letters: bool = False) -> list[Written]:
    """Every text in the order it may be sent. plain_letters: as a plan with `alphabet: plain`
    writes them."""
    return [
        _counted(each, plain(each.text) if plain_letters else each.text)
        for each in _texts(survey, language)
        if each.text
    ]


_UNCOUNTED = count("")


def _texts(survey: Survey, language: str) -> Iterator[Written]:
    for each in survey.asked_by(SMS):
        text, only = each.text.get(language) or each.say.get(language, ""), _only(each)
        yield Written(each.name, text, _UNCOUNTED, only=only)
        if each.kind != COMMENT:
            retry = again(wanted_of(each, language))
            yield Written(each.name, retry, _UNCOUNTED, only=only, again=True)
    thanks = survey.thanks.text.get(language) or survey.thanks.say.get(language, "")
    yield Written("thanks", thanks, _UNCOUNTED)
    out = survey.opted_out.text.get(language) or goodbye(language)
    yield Written("opted_out", out, _UNCOUNTED)


def _counted(one: Written, text: str) -> Written:
    offender = sms_segments(text).offender or ""
    return Written(one.name, text, count(text), offender, one.only, one.again)


def _keys(question: Question) -> str:
    if question.kind == COMMENT:
        return f"speaks after the tone, {question.longest_s:g} s at most, # ends"
    if question.kind == CHOICE:
        return ", ".join(f"{key} = {value}" for key, value in question.choices.items())
    if question.kind == YESNO:
        return "1 = yes, 2 = no"
    last = ", # ends" if question.kind == NUMBER else ""
    return f"{question.low} to {question.high}{last}"


def _only(question: Question) -> str:
    return question.only.text if question.only is not None else ""
