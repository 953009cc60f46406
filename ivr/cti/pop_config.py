"""The rules of screen pops, from what stands under `pop` in the configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.cti.matching import MatchRule
from ivr.cti.own_records import CONTACTS, OWN, TICKETS
from ivr.cti.pop_rules import PopRules, lookup_of

if TYPE_CHECKING:
    from ivr.config.model import Config
    from ivr.flow.world import World

LAST_CONTACTS = "last_contacts"
KINDS = {CONTACTS: "customer", TICKETS: "ticket"}
"""What kind of record each of our own lookups finds."""


def pop_rules_of(config: Config, world: World) -> PopRules:
    """How callers are recognised; a name under `lookups.sources` is a source or built in."""
    pop = config.pop
    names = pop.lookups.sources
    lookups = [
        replace(lookup_of(name, world.sources[name]), sensitive=tuple(pop.sensitive.get(name, ())))
        for name in names
        if name in world.sources
    ]
    own = tuple(name for name in OWN if name in names and name not in world.sources)
    hidden = {KINDS[name]: tuple(pop.sensitive.get(name, ())) for name in own}
    rules = [MatchRule(one.by, one.level, one.one, one.many, one.within) for one in pop.match]
    return PopRules(
        country=config.country,
        lookups=tuple(lookups),
        last_contacts=LAST_CONTACTS in names,
        rules=tuple(rules),
        unknown=pop.unknown,
        deadline_s=pop.lookups.deadline,
        late_s=max(5.0, pop.lookups.deadline),
        hold_s=pop.hold or 0.0,
        hidden=tuple(pop.hidden),
        url=pop.url,
        url_personal=pop.url_personal,
        attested=_attested(config),
        own=own,
        own_sensitive=hidden,
    )


def _attested(config: Config) -> frozenset[str]:
    """The trunks whose operator vouches for the numbers that callers show."""
    trunks = config.trunks.items()
    return frozenset(name for name, trunk in trunks if getattr(trunk, "attested", False))
