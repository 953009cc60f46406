"""What the API of tickets is made from, and what refusals of the store say there."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar

from ivr.runtime.ports.tickets import Act, NotResolvableError
from ivr.tickets.states import MERGED, TicketStateError
from ivr.web.errors import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ivr.runtime.ports.contacts import Contacts
    from ivr.runtime.ports.customers import Callers
    from ivr.runtime.ports.tickets import Rules, Tickets
    from ivr.web.api.parts import ApiParts
    from ivr.web.typed import Ask

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class TicketParts:
    """The seams behind it. api: what every route is made from. new_id: makes public ids."""

    api: ApiParts
    tickets: Tickets
    contacts: Contacts
    callers: Callers
    rules: Rules
    new_id: Callable[[], str]

    def act(self, ask: Ask, reason: str = "") -> Act:
        """Whoever asks does something now."""
        supervisor = SUPERVISOR in ask.who.roles
        return Act(ask.who.name, self.api.clock.now(), reason, supervisor)


class MoveRefusedError(RefusalError):
    """The ticket cannot go there from where it is; `allowed`: the statuses it can go to."""

    code: ClassVar[str] = TicketStateError.code
    status: ClassVar[int] = 409


class UnresolvedError(RefusalError):
    """The ticket cannot count as solved yet; `failures`: everything that is missing, at once."""

    code: ClassVar[str] = NotResolvableError.code
    status: ClassVar[int] = 409


@contextmanager
def explained() -> Iterator[None]:
    """Refusals of the store with all that they know, not with their sentence alone."""
    try:
        yield
    except TicketStateError as error:
        ways = [code for code in error.allowed if code != MERGED]  # a merge is no move
        raise MoveRefusedError(str(error), {"allowed": ways}) from None
    except NotResolvableError as error:
        failures = [asdict(each) for each in error.failures]
        raise UnresolvedError(str(error), {"failures": failures}) from None
