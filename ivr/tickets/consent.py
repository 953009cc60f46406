"""Whether somebody may be contacted: what he agreed to, at what hour, and how often already.

The one judge for every message and call that we begin; each refusal has one reason, which the
store keeps. Rows of consent are only ever added and the latest counts; a refusal holds for
everything an organisation does, whatever brand it does it under. Sources: tickets.md section 12,
surveys.md section 5 (frequency), README "quiet hours". The defaults are those of Türkiye (law
6563: marketing needs a consent that the registry knows); the owner of an installation confirms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ivr.domain.quiet import MARKETING, SERVICE, STAFF, is_quiet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

SURVEY, RECORDING, CALLBACK = "survey", "recording", "callback"
PURPOSES = (SERVICE, SURVEY, MARKETING, RECORDING)
"""What consent is given for. A callback, which was asked for, is a service; so is news of the house
for its own people."""
PROVIDER = "provider"
"""Source of a row that says a provider itself blocks a number or does so no longer."""
_STEP = timedelta(minutes=15)
_LONGEST_QUIET = timedelta(days=3)


class Status(StrEnum):
    """What somebody said."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"


class Refusal(StrEnum):
    """Why somebody may not be contacted; what never passes by itself comes first."""

    BLOCKED_BY_PROVIDER = "blocked_by_provider"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    REGISTRY_PENDING = "registry_pending"
    FREQUENCY = "frequency"
    QUIET_HOURS = "quiet_hours"


@dataclass(frozen=True, slots=True)
class Consent:
    """A row of `consent_event`. id: rising, decides between two of one moment.

    registry_synced_at: when the registry of the state knew of it; None: it does not yet.
    """

    id: int
    value: str
    medium: str
    purpose: str
    status: str
    source: str
    at: datetime
    registry_synced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom we want to reach. value: in its normal form. now: aware. zone: of whom we reach.

    asked_at: when he asked for it himself (a callback): an earlier refusal does not stop that.
    in_contact: he is on the line or writing with us now: no hour disturbs him, and it is not we who
    begin, so it does not count how often.
    """

    value: str
    medium: str
    purpose: str
    now: datetime
    zone: tzinfo
    asked_at: datetime | None = None
    in_contact: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """How often at most: a gap between two, and so many in a sliding window."""

    gap: timedelta = timedelta(0)
    most: int = 0
    window: timedelta = timedelta(0)


def _survey_limit() -> Mapping[str, Limit]:
    return {SURVEY: Limit(timedelta(days=30), 4, timedelta(days=365))}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a tenant lets be judged by. needs_consent: purpose -> media, empty = all of them.

    registered: purposes whose consent counts only once the registry knows it. limits: by purpose.
    silent: media that disturb nobody at any hour.
    """

    needs_consent: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: {
            MARKETING: frozenset(),
            SURVEY: frozenset({"voice", "sms", "email"}),
        }
    )
    registered: frozenset[str] = frozenset({MARKETING})
    limits: Mapping[str, Limit] = field(default_factory=_survey_limit)
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. refusal: None = may be contacted. from_at: when the reason will have passed."""

    refusal: Refusal | None = None
    from_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether it may be done now."""
        return self.refusal is None


YES = Verdict()
_DEFAULT = Rules()


def may_contact(
    wish: Wish,
    consents: Iterable[Consent],
    sent: Sequence[datetime] = (),
    rules: Rules = _DEFAULT,
) -> Verdict:
    """Whether somebody may be contacted now.

    consents: rows of the value; those of others do no harm. sent: when this purpose reached him
    before, over all media and plans. An unknown purpose counts as marketing: the strictest.
    """
    rows = [row for row in consents if (row.value, row.medium) == (wish.value, wish.medium)]
    refusal = _standing(wish, rows, rules)
    if refusal is not None:
        return Verdict(refusal)
    free_at = _free_at(sent, rules.limits.get(_purpose(wish.purpose)))
    if free_at is not None and free_at > wish.now and not wish.in_contact:
        return Verdict(Refusal.FREQUENCY, free_at)
    if wish.medium in rules.silent or wish.in_contact:
        return YES
    awake_at = awake_from(wish.purpose, wish.now, wish.zone)
    return YES if awake_at == wish.now else Verdict(Refusal.QUIET_HOURS, awake_at)


def latest(consents: Iterable[Consent], purpose: str) -> Consent | None:
    """What somebody said last about a purpose; None if he never spoke of it."""
    rows = [row for row in consents if row.purpose == purpose]
    return max(rows, key=lambda row: (row.at, row.id), default=None)


def awake_from(purpose: str, now: datetime, zone: tzinfo) -> datetime:
    """The first moment from now on at which this purpose may disturb somebody in this zone.

    Steps in UTC, a quarter of an hour each, so that a change of the clock leaves no hole.
    """
    if not is_quiet(purpose, now.astimezone(zone)):
        return now
    begun = now.astimezone(UTC).replace(second=0, microsecond=0)
    at = begun - timedelta(minutes=begun.minute % 15)
    while is_quiet(purpose, at.astimezone(zone)) and at - now < _LONGEST_QUIET:
        at += _STEP
    return at


def to_register(consents: Iterable[Consent], rules: Rules = _DEFAULT) -> tuple[Consent, ...]:
    """The rows that the registry has to be told of, the oldest first.

    A refusal is told only of whom it knows: the first row it takes of anybody is a consent.
    """
    order = sorted(consents, key=lambda row: (row.at, row.id))
    seen: set[tuple[str, str, str]] = set()
    told = []
    for row in order:
        if row.purpose not in rules.registered:
            continue
        whom = (row.value, row.medium, row.purpose)
        if row.status == Status.OPT_IN:
            seen.add(whom)
        if whom in seen and row.registry_synced_at is None:
            told.append(row)
    return tuple(told)


def _purpose(purpose: str) -> str:
    """The purpose for which consent is given."""
    if purpose in {CALLBACK, STAFF}:
        return SERVICE
    return purpose if purpose in PURPOSES else MARKETING


def _standing(wish: Wish, rows: Sequence[Consent], rules: Rules) -> Refusal | None:
    """What his own words and the provider say, whatever the hour."""
    purpose = _purpose(wish.purpose)
    block = max(
        (row for row in rows if row.source == PROVIDER),
        key=lambda row: (row.at, row.id),
        default=None,
    )
    if block is not None and block.status == Status.OPT_OUT:
        return Refusal.BLOCKED_BY_PROVIDER
    last = latest(rows, purpose)
    if last is not None and last.status == Status.OPT_OUT and not _asked_since(wish, last):
        return Refusal.OPTED_OUT
    media = rules.needs_consent.get(purpose)
    given = last is not None and last.status == Status.OPT_IN
    if media is not None and not given and (not media or wish.medium in media):
        return Refusal.NO_CONSENT
    pending = last is not None and given and last.registry_synced_at is None
    return Refusal.REGISTRY_PENDING if pending and purpose in rules.registered else None


def _asked_since(wish: Wish, refusal: Consent) -> bool:
    return wish.asked_at is not None and wish.asked_at >= refusal.at


def _free_at(sent: Sequence[datetime], limit: Limit | None) -> datetime | None:
    """When one more is allowed again; None if nothing stands against it."""
    if limit is None or not sent:
        return None
    order = sorted(sent)
    free = order[-1] + limit.gap
    if limit.most and len(order) >= limit.most:
        free = max(free, order[-limit.most] + limit.window)
    return free
