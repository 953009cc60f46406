"""Adapters of CRMs and ticket systems: the registries name each by a dotted path, loaded on use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError

if TYPE_CHECKING:
    from ivr.cti.adapters.far import TicketAdapter
    from ivr.cti.news import Told
    from ivr.cti.post import Target
    from ivr.runtime.ports import Clock
    from ivr.runtime.tasks import Tasks

ADAPTERS: Mapping[str, str] = {"zammad": "ivr.cti.adapters.zammad:ADAPTER"}
TICKET_ADAPTERS: Mapping[str, str] = {
    "rt": "ivr.cti.adapters.rt:ADAPTER",
    "zammad": "ivr.cti.adapters.zammad_tickets:ADAPTER",
    "zendesk": "ivr.cti.adapters.zendesk:ADAPTER",
}


@dataclass(frozen=True, slots=True)
class Action:
    """What a CRM wants done with a call. what: `reject` (reason) or `dial` (caller_id, number)."""

    what: str
    reason: str = ""
    caller_id: str = ""
    number: str = ""


Acted = Callable[[str, Action], None]
"""Told that the CRM wants something done with a call (its id). Must not block."""


def ignore_action(_call: str, _action: Action) -> None:
    """For a server that lets no CRM decide on calls."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an adapter stands on. show_name: an agent's name as the CRM knows him."""

    name: str
    target: Target
    clock: Clock
    tasks: Tasks
    acted: Acted = ignore_action
    show_name: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Adapter:
    """A kind of CRM."""

    open: Callable[[Place], Told]


def load_adapter(kind: str) -> Adapter:
    """The adapter of this kind; only now is its code imported. Raises NotFoundError."""
    adapter = _load(ADAPTERS, kind, "CRM")
    if not isinstance(adapter, Adapter):
        raise TypeError(f"{ADAPTERS[kind]} is no Adapter")
    return adapter


def load_ticket_adapter(kind: str) -> TicketAdapter:
    """The adapter of this kind of ticket system, likewise. Raises NotFoundError."""
    from ivr.cti.adapters.far import TicketAdapter  # noqa: PLC0415 - only where one is used

    adapter = _load(TICKET_ADAPTERS, kind, "ticket system")
    if not isinstance(adapter, TicketAdapter):
        raise TypeError(f"{TICKET_ADAPTERS[kind]} is no TicketAdapter")
    return adapter


def _load(known: Mapping[str, str], kind: str, what: str) -> object:
    if kind not in known:
        raise NotFoundError(f"there is no {what} adapter {kind!r}; known: {', '.join(known)}")
    module, _, attribute = known[kind].partition(":")
    return getattr(import_module(module), attribute)
