"""A survey as it was read from its file, and the plans that say who is asked it and when.

Frozen once read. The wording has a hash; plans are no part of it, so that a rate can change without
making the answers of yesterday and today incomparable. Source: surveys.md section 6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ivr.domain.problem import Position
    from ivr.flow.expressions import Expression
    from ivr.surveys.sampling import Quota

VOICE, SMS, EMAIL, WEB = "voice", "sms", "email", "web"
MEDIA = (VOICE, SMS, EMAIL, WEB)
DESK = "desk"
"""Where agents are asked; no plan names it."""
SCALE, NPS, YESNO, CHOICE, NUMBER, COMMENT = "scale", "nps", "yesno", "choice", "number", "comment"
KINDS = (SCALE, NPS, YESNO, CHOICE, NUMBER, COMMENT)
CSAT, CES = "csat", "ces"
SCORES = (CSAT, NPS, CES)
POST_CALL, POST_TICKET, PLANNED = "post_call", "post_ticket", "planned"
CALLER, AGENT = "caller", "agent"
YES, NO = 1, 2
"""Keys and stored values of a question of kind yesno."""
Texts = "Mapping[str, str]"
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Question:
    """One question. kind: one of KINDS; `ces` in a file is a scale from 1 to 7 with score ces.

    low, high: the whole numbers that may be given, both included (scale, nps, number; yesno is 1
    and 2). choices: key -> what is stored, of a choice. score: csat, nps, ces or "". is_key: alarms
    and the closed loop look at it. say, text: wording by language, spoken and written. only: asked
    if this holds. on: the media it is asked by. longest_s: of a spoken comment. required: a survey
    counts as completed once these are answered.
    """

    name: str
    kind: str
    say: Mapping[str, str]
    text: Mapping[str, str]
    low: int = 0
    high: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    score: str = ""
    is_key: bool = False
    only: Expression | None = None
    on: tuple[str, ...] = (VOICE, SMS, WEB)
    longest_s: float = 60.0
    required: bool = True
    at: Position | None = field(default=None, compare=False, repr=False)

    @property
    def gives_number(self) -> bool:
        """Whether its answer is a number; else it is text."""
        return self.kind in {SCALE, NPS, YESNO, NUMBER}

    def allows(self, number: int) -> bool:
        """Whether a number may be given as its answer."""
        return self.gives_number and self.low <= number <= self.high


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by language: say = spoken, text = written (the spoken one if none is)."""

    say: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said first by voice; opt_out_key: pressed while it is said, never asked again."""

    say: Mapping[str, str] = field(default_factory=dict)
    opt_out_key: str = ""


@dataclass(frozen=True, slots=True)
class LowTicket:
    """The follow-up of a low score. category: "" = none. steps_up: how much more urgent.

    callback_within_s: working time in which the customer is called back, None = not promised.
    """

    kind: str = "complaint"
    category: str = ""
    steps_up: int = 1
    callback_within_s: float | None = None


@dataclass(frozen=True, slots=True)
class Low:
    """When an answer calls for a follow-up. when: over `answers.*`. tell: roles who hear of it.

    words: language -> words of a comment that call for one too.
    """

    when: Expression | None
    ticket: LowTicket | None = None
    tell: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is asked, when, how many and by which medium.

    position: from 1; the lowest of several that match wins. when: post_call, post_ticket, planned.
    match: over `interaction.* customer.* ticket.*`, None = everybody. rate: 0 to 1, None where
    `size` counts. media: in the order tried. quiet: minutes after midnight from and to, None = the
    usual. every: RRULE of a planned survey, or its dates. active: nobody has halted it. All lengths
    of time are in seconds.
    """

    name: str
    survey: str
    position: int
    when: str
    seed: str
    match: Expression | None = None
    rate: float | None = None
    size: int | None = None
    strata: tuple[str, ...] = ()
    min_invited: int = 0
    quota: Quota | None = None
    media: tuple[str, ...] = (VOICE,)
    min_talk_s: float = 0.0
    delay_s: float = 300.0
    expires_s: float = 2 * DAY_S
    quiet: tuple[int, int] | None = None
    gap_s: float = 30 * DAY_S
    year_cap: int = 4
    reminder_s: float | None = None
    is_plain: bool = False
    after_external: bool = False
    every: str = ""
    dates: tuple[date, ...] = ()
    low: Low | None = None
    anonymous: bool = False
    active: bool = True
    definition: str = field(default="", repr=False)
    at: Position | None = field(default=None, compare=False, repr=False)

    @property
    def by_voice(self) -> bool:
        """Whether somebody is asked on the line."""
        return VOICE in self.media


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey with its plans. code: the name of its file. languages: the first is the default.

    hash: 64 hex of SHA-256 over everything but the plans. definition: the same as JSON, from which
    `read_version` makes this survey again. continues: hash prefix of the version whose answers may
    be counted together with these, "" = none.
    """

    code: str
    languages: tuple[str, ...]
    questions: Mapping[str, Question]
    hash: str
    definition: str = field(repr=False)
    respondent: str = CALLER
    offer: Offer = Offer()
    thanks: Said = Said()
    declined: Said = Said()
    opted_out: Said = Said()
    plans: Mapping[str, Plan] = field(default_factory=dict)
    continues: str = ""
    at: Position | None = field(default=None, compare=False, repr=False)

    @property
    def by_agents(self) -> bool:
        """Whether agents say, after the talk, what they think of the caller's answer."""
        return self.respondent == AGENT

    @property
    def calls(self) -> bool:
        """Whether a plan of it calls people."""
        return any(plan.when == PLANNED and plan.by_voice for plan in self.plans.values())

    def asked_by(self, medium: str) -> tuple[Question, ...]:
        """The questions for a medium, in order."""
        return tuple(each for each in self.questions.values() if medium in each.on)
