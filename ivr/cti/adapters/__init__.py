"""CRM adapters: the registry names each by a dotted path that is loaded on use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from ivr.domain.errors import NotFoundError

if TYPE_CHECKING:
    from ivr.cti.news import Told
    from ivr.cti.post import Target
    from ivr.runtime.ports import Clock
    from ivr.runtime.tasks import Tasks

ADAPTERS: Mapping[str, str] = {"zammad": "ivr.cti.adapters.zammad:ADAPTER"}


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
    if kind not in ADAPTERS:
        raise NotFoundError(f"there is no CRM adapter {kind!r}; known: {', '.join(ADAPTERS)}")
    module, _, attribute = ADAPTERS[kind].partition(":")
    adapter = getattr(import_module(module), attribute)
    if not isinstance(adapter, Adapter):
        raise TypeError(f"{ADAPTERS[kind]} is no Adapter")
    return adapter
