"""The catalogue of a house: what tickets can be about, and what is promised and written about them.

Read from `flows/tickets/*.yaml` by `reading`, never changed afterwards; a changed file makes a new
catalogue with another hash. Source: tickets.md sections 0 (D10), 6.2 and 6.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ivr.tickets.forms import NO_FORM, Form
from ivr.tickets.resolving import CLOSE_AFTER_DAYS, REOPEN_DAYS
from ivr.tickets.states import DEFAULT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Position
    from ivr.flow.prompts import Template
    from ivr.tickets.checklists import Item
    from ivr.tickets.sla.policies import Policy
    from ivr.tickets.states import Status

T = TypeVar("T", "Category", "Product")


@dataclass(frozen=True, slots=True)
class Category:
    """What a ticket is about. path: dotted, `billing.wrong_amount`; parent: the path above, "".

    code: what a ticket remembers; the path unless another is written, so that a category that was
    moved keeps its tickets. labels: by language. team, queue: who works on it and whom callers are
    connected to, "" = nobody in particular. kind, priority, severity: what a ticket starts with.
    announceable: whether its state may be told by phone and SMS. active: whether it can be chosen.
    """

    path: str
    code: str
    labels: Mapping[str, str]
    parent: str = ""
    team: str = ""
    queue: str = ""
    kind: str = "request"
    priority: str = "normal"
    severity: str = "minor"
    form: Form = NO_FORM
    checklist: tuple[Item, ...] = ()
    announceable: bool = False
    reopen_days: int = REOPEN_DAYS
    active: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    """A brand, model or the like. attributes: its own and those of what stands above it.

    level: what it is, in one word; related: codes of others that go with it.
    """

    path: str
    code: str
    labels: Mapping[str, str]
    parent: str = ""
    level: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    """A team that works on tickets. parent: the team above it, whose lead is its manager."""

    name: str
    labels: Mapping[str, str]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is written in one language. subject: of an e-mail or letter, else None."""

    body: Template
    subject: Template | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that is sent about a ticket. notice: receipt, waiting or result, which the server
    sends by itself; "" = an agent chooses it. categories: paths it is for, () = all.

    media: medium -> language -> wording.
    """

    name: str
    labels: Mapping[str, str]
    media: Mapping[str, Mapping[str, Wording]]
    notice: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything at once. hash: first 12 hex of the SHA-256 of what is written, not how.

    close_after_days: business days, counted in the calendar `hours` ("" = every day). asked:
    prompts that forms ask with. places: of everything named, such as `category billing`.
    """

    categories: Mapping[str, Category] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=lambda: DEFAULT_STATUSES)
    policies: tuple[Policy, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    close_after_days: int = CLOSE_AFTER_DAYS
    hours: str = ""
    hash: str = ""
    asked: frozenset[str] = frozenset()
    places: Mapping[str, Position] = field(default_factory=dict, compare=False, repr=False)

    def category(self, name: str) -> Category | None:
        """The category of a path or code."""
        return self.categories.get(name) or _by_code(self.categories, name)

    def product(self, name: str) -> Product | None:
        """The product of a path or code."""
        return self.products.get(name) or _by_code(self.products, name)

    def is_within(self, category: str, above: str) -> bool:
        """Whether a category (path) is another one or stands below it."""
        return category == above or category.startswith(f"{above}.")

    def notice(self, kind: str, category: str, medium: str) -> Answer | None:
        """The text the server sends: the one for the nearest category, else the one for all."""
        best: tuple[int, Answer | None] = (-1, None)
        for each in self.answers.values():
            nearness = self._nearness(each, category)
            if each.notice == kind and medium in each.media and nearness > best[0]:
                best = nearness, each
        return best[1]

    def _nearness(self, answer: Answer, category: str) -> int:
        """0 = it is for all, 1 = for the family, 2 = one below ...; -1 = it is not for this one."""
        if not answer.categories:
            return 0
        fitting = [each for each in answer.categories if self.is_within(category, each)]
        return max((each.count(".") + 1 for each in fitting), default=-1)


EMPTY = Catalogue()
"""The catalogue of a house that wrote none: the default statuses and nothing else."""


def _by_code(rows: Mapping[str, T], code: str) -> T | None:
    return next((each for each in rows.values() if each.code == code), None)
