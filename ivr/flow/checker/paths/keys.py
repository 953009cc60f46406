"""Checks the keys of menus: no key hides another, and no word means two of them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from ivr.domain.fold import fold
from ivr.flow.checker.parts import key_place, value_place
from ivr.flow.checker.tell import error, warning
from ivr.flow.proof.ways import always_in_force, always_works, flows_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.domain.problem import Position, Problem
    from ivr.flow.model import AlwaysKey, Bundle, Flow, Step
    from ivr.flow.spec import VerbSpec
    from ivr.flow.world import World

MOST_KEYS = 5
"""Own keys of a menu that a caller can remember."""


class _Word(NamedTuple):
    """A word that means a key. at: where it stands."""

    text: str
    key: str
    at: Position


def check_keys(bundle: Bundle, specs: Mapping[str, VerbSpec], _world: World) -> Iterator[Problem]:
    """F401, F402, F403, F406 and F411 of every menu and ask."""
    owners = always_in_force(bundle)
    for flow in flows_of(bundle).values():
        always = _always(owners[flow.name])
        for step in steps_of(flow):
            if specs[step.verb].listens:
                works = always_works(step, specs)
                yield from _of_step(flow, step, always if works else {})
        yield from _always_words(flow)


def _always(owners: tuple[Flow, ...]) -> Mapping[str, AlwaysKey]:
    return {key: known for flow in owners for key, known in (flow.always or {}).items()}


def own_keys(step: Step) -> Mapping[str, Any]:
    """The keys that a menu itself has; none for an ask."""
    return getattr(step.fields, "keys", None) or {}


def _of_step(flow: Flow, step: Step, always: Mapping[str, AlwaysKey]) -> Iterator[Problem]:
    own = own_keys(step)
    for key in own:
        if key in always:
            at = key_place(step, "keys", key)
            yield error("F401", at, f"key {key} hides the always-key {key}")
    yield from _prefixes(step, tuple(own), tuple(key for key in always if key not in own))
    yield from _end_key(step, tuple(own), tuple(always))
    yield from _words(flow, step, always)
    if len(own) > MOST_KEYS:
        message = f"the menu has {len(own)} keys; callers remember {MOST_KEYS}"
        yield warning("F406", step.at, message)


def _prefixes(step: Step, own: tuple[str, ...], always: tuple[str, ...]) -> Iterator[Problem]:
    """F402: after the shorter of two such keys callers wait, so `between` must be written."""
    if step.listening is None or step.listening.between_written:
        return
    hint = 'write "between" on this menu or change a key'
    for one, other in combinations((*own, *always), 2):
        short, long = sorted((one, other), key=len)
        if short != long and long.startswith(short) and (one in own or other in own):
            last = other if other in own else one
            yield error(
                "F402", key_place(step, "keys", last), f"key {short} begins key {long}", hint
            )
    yield from _entry(step, (*own, *always), hint)


def _entry(step: Step, keys: tuple[str, ...], hint: str) -> Iterator[Problem]:
    fields: Any = step.fields
    entry = getattr(fields, "entry", None)
    short = [key for key in keys if entry is not None and len(key) < entry.digits[1]]
    begins = [key for key in short if key.isdigit()]
    if begins:
        named = f"key {begins[0]} begins" if len(begins) == 1 else f"keys {', '.join(begins)} begin"
        yield warning("F402", key_place(step, "entry"), f"{named} an entry of this menu", hint)


def _end_key(step: Step, own: tuple[str, ...], always: tuple[str, ...]) -> Iterator[Problem]:
    end_key = step.listening.end_key if step.listening else ""
    if not end_key or end_key not in (*own, *always):
        return
    written = step.raw is not None and step.raw.get("end_key") is not None
    at = value_place(step, "end_key") if written else step.at
    is_own = "a key of this menu" if end_key in own else "an always-key"
    yield error("F411", at, f"end key {end_key} is also {is_own}")


def _words(flow: Flow, step: Step, always: Mapping[str, AlwaysKey]) -> Iterator[Problem]:
    """F403 in a menu: its own words among each other and with those of the always-keys."""
    for language in flow.languages:
        own = list(_own_words(step, language))
        other = [word for key in always.values() for word in _always_phrases(key, language)]
        yield from _same([*other, *own], language, frozenset(word.at for word in own))


def _own_words(step: Step, language: str) -> Iterator[_Word]:
    for key, choice in own_keys(step).items():
        for count, text in enumerate(choice.words.get(language, ())):
            yield _Word(text, key, value_place(step, "keys", key, "words", language, count))


def _always_words(flow: Flow) -> Iterator[Problem]:
    """F403 among the always-keys of one flow."""
    for language in flow.languages:
        found = [
            word for key in (flow.always or {}).values() for word in _always_phrases(key, language)
        ]
        yield from _same(found, language, frozenset(word.at for word in found))


def _always_phrases(key: AlwaysKey, language: str) -> list[_Word]:
    texts = key.words.get(language, ()) if key.at is not None else ()
    return [_Word(text, key.key, key.at) for text in texts if key.at is not None]


def _same(words: list[_Word], language: str, told: frozenset[Position]) -> Iterator[Problem]:
    """Each word that after folding was there before under another key."""
    first: dict[str, _Word] = {}
    for word in words:
        known = first.setdefault(fold(word.text), word)
        if known.key != word.key and word.at in told:
            before = f'"{known.text}" (key {known.key})'
            message = f'"{word.text}" (key {word.key}) and {before} are one word in {language}'
            yield error("F403", word.at, message)
