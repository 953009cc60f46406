"""What is different for an invitation with a quota or of a wave: room, and until when it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.runtime.ports.asking.texts import Change
from ivr.surveys.eligibility import Reason
from ivr.surveys.invitations import State
from ivr.surveys.quotas import Room, room

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.runtime.ports.asking.texts import Invited
    from ivr.surveys.model import Plan
    from ivr.surveys.texting.script import Script

AGAIN = timedelta(hours=1)
"""So often somebody looks whether there is room in a quota that may still be filled."""


def too_late(found: Invited, plan: Plan) -> Change:
    """It was never sent: in a wave with quotas, because those who were asked could fill them."""
    if not found.wave or room(plan.quota, found.standing) is Room.FREE:
        return Change(moves=((State.EXPIRED, ""),))
    return _full()


def not_yet(found: Invited, plan: Plan, now: datetime) -> Change | None:
    """Not asked now: the plan is halted, or its quota has no room; None = he may be.

    A wave waits while its plan is halted, since it is gone on with, as long as it lasts. After a
    contact he is not asked at all: when the plan goes on, it is too long ago.
    """
    if not found.halted:
        return waits_for_room(found, plan, now)
    if found.wave:
        return Change(due_at=now + AGAIN)
    return Change(moves=((State.SUPPRESSED, Reason.PLAN_INACTIVE.value),))


def waits_for_room(found: Invited, plan: Plan, now: datetime) -> Change | None:
    """Not asked, or later, because of a quota; None = there is room. Nobody waits after a contact
    that is over; his place was free for others if he was missed on the line."""
    there = room(plan.quota, found.standing)
    if there is Room.FREE:
        return None
    waits = there is Room.WAIT and found.wave
    return Change(due_at=now + AGAIN) if waits else _full()


def answered_until(found: Invited, plan: Plan, script: Script, now: datetime) -> Script:
    """Who is asked in a wave has as long as the plan gives him, but not longer than the wave."""
    if not found.wave:
        return script
    ends = now + timedelta(seconds=plan.expires_s)
    return replace(script, expires_at=min(script.expires_at, ends))


def _full() -> Change:
    return Change(moves=((State.SUPPRESSED, Reason.QUOTA_FULL.value),))
