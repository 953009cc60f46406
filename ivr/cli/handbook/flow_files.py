"""What stands at the top of a flow file, and how a menu or a question listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cli.handbook.entry import Entry, written
from ivr.config.reference import every_key
from ivr.flow.fields import ListenFields
from ivr.flow.load.heads import HeadFields
from ivr.flow.model import Listening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KIND = "Fields of a flow file"

MEANINGS: Mapping[str, str] = {
    "flow": "Name of the flow, the same as that of its file.",
    "version": "Version of the flow language: 1.",
    "languages": "Languages the flow speaks; the first one is the default.",
    "start": "Node where calls begin.",
    "promises": "What `ivr check` is to prove about every caller.",
    "promises.human_within": "A caller who says nothing, errs or is slow reaches a person by then.",
    "promises.stuck_within": "The same, counted from any menu or question.",
    "promises.agent_key_within": "By then the key to an agent was named, or a person is reached.",
    "promises.menu_depth": "No menu lies deeper than this level.",
    "promises.keys_are_spoken": "Each prompt names the keys of its menu, and no others.",
    "promises.never_leaves": "Sealed variables of which not even the last digits are shown.",
    "promises.rules": "Names of ready-made rules.",
    "uses": "Everything from outside that the flow needs, by kind.",
    "uses.hours": "Calendars of the configuration.",
    "uses.queues": "Queues of the configuration.",
    "uses.sources": "Lookups of the configuration.",
    "uses.flows": "Sub-flows, files of the same folder.",
    "uses.places": "Places that calls are transferred to.",
    "uses.surveys": "Surveys of the configuration.",
    "uses.payments": "Ways to pay of the configuration.",
    "vars": "Variables: `name: type`, `name: type?` (may be missing) or `name: type = value`.",
    "inputs": "What a sub-flow is given, as `name: type`.",
    "outputs": "What a sub-flow gives back, as `name: type`.",
    "exits": "Ways out of a sub-flow beside done and failed.",
    "listen": "How every menu and question listens unless the step says otherwise.",
    "listen.first": "Silence allowed from the end of the prompts to the first key.",
    "listen.between": "Silence allowed between two keys of one entry.",
    "listen.last": "Wait after a full entry for the end key.",
    "listen.tries": "How often a caller may try, 1 to 5.",
    "listen.end_key": "Key that ends an entry, `#` or `*`.",
    "listen.barge_in": "Whether a key cuts the prompts.",
    "listen.type_ahead": "Whether keys pressed before the prompts count; never for secret entries.",
    "listen.speech": "Whether words are listened for where the channel can.",
    "listen.end_silence": "Silence after which words are complete.",
    "always": "Keys that work in every menu, and what they do.",
    "always.go": "Node that the key leads to.",
    "always.do": "`repeat` the prompt, change the `language`, or go `back` to the menu before.",
    "always.words": "Words that say the same as the key, by language.",
    "rescue": "Where calls go when something breaks.",
    "rescue.error": "Node for callers of a call with a fault.",
    "rescue.hangup": "Node that runs after the caller has gone, without speech.",
    "rescue.emergency": "Node where calls begin while the emergency switch is on.",
    "resume": "Offers a caller whose line was lost to go on. Not built yet.",
    "resume.within": "How long after the lost call.",
    "resume.say": "Prompt that makes the offer.",
    "nodes": "The nodes: `name: [steps]`, each step one verb and its fields.",
}


def entries() -> Iterator[Entry]:
    """Every field, in the order of the file."""
    for key in every_key(HeadFields):
        meaning = key.meaning or MEANINGS.get(key.path, "")
        needed = ("  Every flow has it.",) if key.needed and "." not in key.path else ()
        yield Entry(KIND, key.path, meaning, (*_default(key.path), *needed))


def listening(name: str) -> str:
    """What a field of `listen` means, as it stands on a menu or question too."""
    return MEANINGS[f"listen.{name}"] if name in ListenFields.model_fields else ""


def listening_default(name: str) -> object:
    """What holds when neither the step nor the flow says it."""
    return getattr(Listening(), name)


def _default(path: str) -> tuple[str, ...]:
    section, _, name = path.partition(".")
    if section != "listen" or not name:
        return ()
    return (f"  Default: {written(listening_default(name)) or 'none'}",)
