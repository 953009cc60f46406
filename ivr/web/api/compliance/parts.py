"""What the API of consent, erasure and proof is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.runtime.ports.customers import Act
from ivr.web.api.customers.eyes import Eyes, eyes_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from ivr.runtime.ports.compliance import (
        AuditTrail,
        Consents,
        Destroying,
        Erasures,
        Exports,
        Holds,
    )
    from ivr.runtime.ports.contacts import Contacts
    from ivr.runtime.ports.customers import Customers
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Ask


def _nothing(_request: str) -> None:
    """Nobody goes on with it now; the next round does."""


@dataclass(frozen=True, slots=True)
class ComplianceParts:
    """The seams behind it. api: what every route is made from. zone: of those we reach.

    begin: told of an erasure that may go on now, by its id.
    """

    api: ApiParts
    customers: Customers
    contacts: Contacts
    consents: Consents
    erasures: Erasures
    holds: Holds
    exports: Exports
    destroying: Destroying
    trail: AuditTrail
    zone: Callable[[], tzinfo]
    begin: Callable[[str], None] = _nothing

    def act(self, ask: Ask) -> Act:
        """Whoever asks does something now."""
        return Act(ask.who.name, self.api.clock.now())

    async def eyes(self, ask: Ask, customer: str = "") -> Eyes:
        """What whoever asks may read of a customer (public id), or of any."""
        return await eyes_of(ask.who, self.contacts, self.api.clock.now(), customer)
