"""The keys of the files in `flows/tickets/` and what may stand under each.

Maps of named things are read one by one by the modules beside this one, so that a mistake in one
category hides nothing in the next; here they are only `Named`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ivr.domain import scalars
from ivr.flow.fields import DigitRange, Flag, ShapeError, Strict, Test, Whole
from ivr.tickets.resolving import CLOSE_AFTER_DAYS

MOST_PERCENT = 1000
Named = Any
"""A map of name: settings; read elsewhere."""


def _seconds(value: object) -> int:
    """Whole seconds of a written length of time."""
    if not isinstance(value, str):
        raise ShapeError("F103", "one length of time is wanted here, such as 8h")
    try:
        length = scalars.read_duration(value)
    except ValueError as error:
        raise ShapeError("F103", str(error)) from error
    seconds = int(length.total_seconds())
    if not seconds or length.microseconds:
        raise ShapeError("F103", f'"{value}" is not a number of whole seconds above 0s')
    return seconds


def _percent(value: object) -> int:
    found = re.fullmatch(r"([0-9]{1,4})%", str(value))
    if found is None or not 1 <= int(found[1]) <= MOST_PERCENT:
        message = f'"{value}" is not a share of the target; write 1% to {MOST_PERCENT}%'
        raise ShapeError("F103", message)
    return int(found[1])


Time = Annotated[int, BeforeValidator(_seconds)]
Percent = Annotated[int, BeforeValidator(_percent)]
Kind = Literal["complaint", "request", "question", "suggestion", "fault", "task", "callback"]
Priority = Literal["low", "normal", "high", "urgent"]
Severity = Literal["minor", "major", "critical"]
Words = tuple[str, ...]


class CatalogueFields(Strict):
    """`catalogue.yaml`."""

    categories: Named = None
    statuses: Named = None
    products: Named = None
    teams: Named = None
    close_after: Whole = CLOSE_AFTER_DAYS
    hours: str = ""


class TeamFields(Strict):
    """One team that may answer no calls."""

    label: Named = None
    parent: str = ""


class StatusFields(Strict):
    """One status."""

    type: Literal[
        "new",
        "open",
        "pending_customer",
        "pending_third",
        "resolved",
        "closed",
        "merged",
        "cancelled",
    ]
    label: Named = None
    public: Named = None
    active: Flag = True


class ProductFields(Strict):
    """One product, or a group of them."""

    code: str = ""
    label: Named
    level: str = ""
    attributes: dict[str, str] = Field(default_factory=dict)
    related: Words = ()
    children: Named = None
    active: Flag = True


class StartFields(Strict):
    """What a ticket of a category starts with."""

    kind: Kind | None = None
    priority: Priority | None = None
    severity: Severity | None = None


class CategoryFields(Strict):
    """One category."""

    code: str = ""
    label: Named
    team: str | None = None
    queue: str | None = None
    set: Named = None
    form: Named = None
    checklist: Words = ()
    ivr_announceable: Flag | None = None
    reopen_days: Whole | None = None
    children: Named = None
    active: Flag = True


class FormFieldFields(Strict):
    """One field of a form."""

    type: Literal[
        "text",
        "digits",
        "number",
        "integer",
        "money",
        "boolean",
        "date",
        "phone",
        "email",
        "enum",
    ]
    required: Flag = False
    label: Named = None
    length: DigitRange | None = None
    max_length: Whole | None = None
    values: Named = None
    ask: str = ""


class PolicyFields(Strict):
    """One promise in `sla.yaml`."""

    kind: Literal["sla", "ola", "uc"] = "sla"
    when: Test = None
    hours: str
    targets: Named
    escalate: Named = None


class RuleFields(Strict):
    """One step of an escalation."""

    at: Percent
    plus: Time | None = None
    tell: Words = ()
    by: tuple[Literal["desk", "email", "sms", "call", "webhook"], ...] = ()
    set: Named = None
    repeat: Time | None = None
    most: Whole | None = None
    any_hour: Flag = False


class RuleSetFields(Strict):
    """What an escalation sets on the ticket."""

    priority: Priority | None = None
    severity: Severity | None = None
    team: str | None = None


class TargetFields(Strict):
    """How long each part may take."""

    accept: Time | None = None
    first_response: Time | None = None
    next_response: Time | None = None
    update: Time | None = None
    first_resolution: Time | None = None
    resolution: Time | None = None
    callback: Time | None = None


class AllTargetFields(TargetFields):
    """Targets of a policy, and others for some priorities and severities."""

    low: Named = None
    normal: Named = None
    high: Named = None
    urgent: Named = None
    minor: Named = None
    major: Named = None
    critical: Named = None


class PolicyFileFields(Strict):
    """`sla.yaml`."""

    policies: Named = None


class AnswerFields(Strict):
    """One text in `templates.yaml`."""

    notice: Literal["receipt", "waiting", "result"] | None = None
    label: Named = None
    categories: Words = ()
    sms: Named = None
    email: Named = None
    web: Named = None
    chat: Named = None
    social: Named = None
    letter: Named = None
    fax: Named = None


class AnswerFileFields(Strict):
    """`templates.yaml`."""

    templates: Named = None
