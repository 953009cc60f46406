"""Who is drawn for a wave: the same customers give the same sample on every node and in every run.

Each wave has a seed of its own, made of the plan's and its name, so that not the same people are
drawn every time. Source: surveys.md section 5.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.surveys.eligibility import Asking, Contact, Person, Reason, first_reason
from ivr.surveys.sampling import is_selected, smallest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.surveys.facts import Facts
    from ivr.surveys.model import Plan, Survey

_WHENEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BETWEEN = "/"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer as a plan looks at him. key: of the row. id: public. locale: "" = not known.

    facts: of the customer, his last contact and his last ticket.
    """

    key: int
    id: str
    locale: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Drawn:
    """A wave's sample. chosen: keys of rows, in the order drawn. rate: that each was drawn at.

    looked_at: all customers; eligible: those of them that the plan is about. reasons: why how many
    others are not asked.
    """

    chosen: tuple[int, ...]
    rate: float
    looked_at: int
    eligible: int
    reasons: Mapping[str, int]


@dataclass(slots=True)
class Draw:
    """A draw under way: customers are shown to it in any order and any portions."""

    survey: Survey
    plan: Plan
    wave: str
    _eligible: dict[str, int] = field(default_factory=dict)
    _reasons: Counter[str] = field(default_factory=Counter)

    def show(self, candidates: Iterable[Candidate]) -> None:
        """Look at some more customers; one who is shown twice counts once."""
        asking = Asking(languages=frozenset(self.survey.languages), matches=self.plan.match)
        for each in candidates:
            contact = Contact(language=language_of(self.survey, each.locale), facts=each.facts)
            reason = first_reason(asking, contact, Person(), _WHENEVER)
            if reason is None:
                self._eligible[each.id] = each.key
            else:
                self._reasons[reason.value] += 1

    def result(self) -> Drawn:
        """The sample of all that were shown."""
        seed, known = wave_seed(self.plan, self.wave), self._eligible
        if self.plan.size is not None:
            chosen = smallest(seed, known, self.plan.size)
            rate = len(chosen) / len(known) if known else 0.0
        else:
            rate = self.plan.rate if self.plan.rate is not None else 1.0
            chosen = sorted(each for each in known if is_selected(seed, each, rate))
        left = len(known) - len(chosen)
        reasons = {**self._reasons, **({Reason.NOT_SAMPLED.value: left} if left else {})}
        looked_at = len(known) + sum(self._reasons.values())
        keys = tuple(known[each] for each in chosen)
        return Drawn(keys, rate, looked_at, len(known), reasons)


def wave_seed(plan: Plan, wave: str) -> str:
    """The seed of one wave: that of the plan, a slash and the wave's name."""
    return f"{plan.seed}{_BETWEEN}{wave}"


def language_of(survey: Survey, locale: str) -> str:
    """In which language a customer is asked: his own, or the survey's first if his is not known."""
    return locale or survey.languages[0]
