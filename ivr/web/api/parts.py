"""What the API is made from, and how it writes down what people did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.runtime.memory.answers import MemoryAnswers
from ivr.runtime.ports.desk import AuditRow
from ivr.web.auth.passwords import Passwords

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ivr.runtime.ports import Clock, Interactions, Keys
    from ivr.runtime.ports.answers import Answers
    from ivr.runtime.ports.desk import Agents, Audit, GroupLog, People, Wrapups
    from ivr.web.auth.keys import MachineKeys
    from ivr.web.auth.tickets import Tickets
    from ivr.web.floor import Dials, Floor, Impressions, Promises
    from ivr.web.gate import Place
    from ivr.web.typed import Ask

BASE = "/api/v1"


async def _not_his(_pop: str, _agent: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Choices:
    """What people may choose from: breaks, wrapup_codes, priorities, places; and dial: the country
    whose numbers agents may call, nothing if they may not.

    titles: group (break, code, priority, place, queue) -> name -> language -> how people call it;
    language "" for all that have none of their own.
    """

    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiParts:
    """The seams behind the API. keys: seal second factors. machine_keys None: no keys are known.

    answers: kept for requests that a client may repeat. promises None: nobody is called back. dials
    None: nobody calls out. impressions None: no agent is asked about his calls. choices: what
    the configuration lets people choose from. confirm: an agent has made sure who stands in a pop;
    False if it is not his.
    """

    people: People
    agents: Agents
    interactions: Interactions
    log: GroupLog
    wrapups: Wrapups
    audit: Audit
    floor: Floor
    clock: Clock
    keys: Keys
    tickets: Tickets
    place: Place
    choices: Callable[[], Choices] = Choices
    confirm: Callable[[str, str], Awaitable[bool]] = _not_his
    machine_keys: MachineKeys | None = None
    promises: Promises | None = None
    dials: Dials | None = None
    impressions: Impressions | None = None
    answers: Answers = field(default_factory=MemoryAnswers)
    passwords: Passwords = field(default_factory=Passwords)

    async def write_down(self, ask: Ask, what: str, about: str = "", **more: Any) -> None:  # noqa: ANN401
        """Who does what to what. more: `why`, and facts that are plain JSON. What cannot be
        written down does not happen: this comes first. Raises StoreError."""
        why = str(more.pop("why", ""))
        who = str(more.pop("who", "")) or ask.who.name
        row = AuditRow(self.clock.now(), who, what, about, why, ask.source, more)
        await self.audit.append(row)
