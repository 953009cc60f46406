"""The keys of a survey file and what may stand under each.

Maps of named things (questions, plans, texts) are read one by one beside this, so that a mistake in
one question hides nothing in the next; here they are only `Named`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ivr.domain import scalars
from ivr.flow.fields import Flag, Key, Seconds, ShapeError, Strict, Test, Whole
from ivr.flow.load.heads import Language

SYNTAX_VERSION = 1
Named = Any
"""A map of name: settings; read elsewhere."""
Words = tuple[str, ...]
Medium = Literal["voice", "sms", "email", "web"]
Recipient = Literal["lead", "manager", "category_owner"]
_SHARE = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,6})?)%")


def _version(value: object) -> int:
    if value != str(SYNTAX_VERSION):
        raise ShapeError("F103", f'version is "{value}"; write {SYNTAX_VERSION}')
    return SYNTAX_VERSION


def _languages(value: object) -> object:
    if isinstance(value, list) and not value:
        raise ShapeError("F103", "a survey has one language at least")
    if isinstance(value, list) and len(dict.fromkeys(map(str, value))) < len(value):
        raise ShapeError("F103", "a language stands here twice")
    return value


def _continues(value: object) -> str:
    if not re.fullmatch(r"[0-9a-f]{8,64}", str(value)):
        hint = "write 8 of its digits at least, as /surveys shows them"
        raise ShapeError("F103", f'"{value}" is not the beginning of a version; {hint}')
    return str(value)


def _rate(value: object) -> float:
    found = _SHARE.fullmatch(str(value))
    if found is None:
        raise ShapeError("F103", f'"{value}" is not a share; write it as 10%')
    percent = float(found[1])
    if not 0 <= percent <= 100:
        raise ShapeError("V13", f"rate {value} is not between 0% and 100%")
    return percent / 100


def _quiet(value: object) -> tuple[int, int]:
    try:
        return scalars.read_time_range(str(value))
    except ValueError as error:
        raise ShapeError("F103", str(error)) from error


def _day(value: object) -> object:
    try:
        return scalars.read_date(str(value))
    except ValueError as error:
        raise ShapeError("F103", str(error)) from error


def _steps(value: object) -> int:
    found = re.fullmatch(r"\+?([0-3])", str(value))
    if found is None:
        raise ShapeError("F103", f'"{value}" is not a number of steps; write +1')
    return int(found[1])


Rate = Annotated[float, BeforeValidator(_rate)]
Quiet = Annotated[tuple[int, int], BeforeValidator(_quiet)]
Day = Annotated[Any, BeforeValidator(_day)]
Steps = Annotated[int, BeforeValidator(_steps)]


class SurveyFields(Strict):
    """A whole file."""

    survey: str
    version: Annotated[int, BeforeValidator(_version)]
    languages: Annotated[tuple[Language, ...], BeforeValidator(_languages)]
    respondent: Literal["caller", "agent", "evaluator", "employee"] = "caller"
    continues: Annotated[str, BeforeValidator(_continues)] = ""
    offer: Named = None
    questions: Named
    thanks: Named = None
    declined: Named = None
    opted_out: Named = None
    plans: Named = None


class OfferFields(Strict):
    """What is said first."""

    say: Named
    opt_out_key: Key = ""


class SaidFields(Strict):
    """A sentence, spoken and written."""

    say: Named = None
    text: Named = None


class QuestionFields(Strict):
    """One question."""

    type: str
    low: Whole | None = None
    high: Whole | None = None
    keys: dict[Key, str] = Field(default_factory=dict)
    score: Literal["csat", "nps", "ces", "none"] | None = None
    key: Flag = False
    say: Named = None
    text: Named = None
    only: Test = None
    on: tuple[Medium, ...] = ("voice", "sms", "web")
    longest: Seconds = 60.0
    required: Flag | None = None


class QuotaFields(Strict):
    """How many answers are wanted; the dimensions are read elsewhere."""

    product: dict[str, Whole] = Field(default_factory=dict)
    region: dict[str, Whole] = Field(default_factory=dict)
    segment: dict[str, Whole] = Field(default_factory=dict)
    count_partials: Flag = False


class LowTicketFields(Strict):
    """The follow-up of a low score."""

    kind: Literal["complaint", "request", "question", "suggestion", "fault", "task", "callback"] = (
        "complaint"
    )
    category: str = ""
    priority: Steps = 1
    callback_within: Seconds | None = None


class LowFields(Strict):
    """The closed loop."""

    when: Test = None
    ticket: LowTicketFields | None = None
    tell: tuple[Recipient, ...] = ()
    words: dict[Language, Words] = Field(default_factory=dict)


class PlanFields(Strict):
    """One plan."""

    when: Literal["post_call", "post_ticket", "planned"]
    match: Test = None
    rate: Rate | None = None
    size: Whole | None = None
    strata: tuple[Literal["queue", "agent", "category"], ...] = ()
    min_invited: Whole = 0
    quota: QuotaFields | None = None
    seed: str = ""
    media: tuple[Medium, ...] = ("voice",)
    min_talk: Seconds = 0.0
    delay: Seconds = 300.0
    expires: Seconds = 172_800.0
    quiet: Quiet | None = None
    gap: Seconds = 2_592_000.0
    year_cap: Whole = 4
    reminder: Seconds | None = None
    alphabet: Literal["any", "plain"] = "any"
    after_external: Flag = False
    every: str = ""
    dates: tuple[Day, ...] = ()
    low: LowFields | None = None
    anonymous: Flag = False
