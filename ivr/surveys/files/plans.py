"""Reads the plans of a survey: who is asked, when, how many, and what a low score leads to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ivr.flow.expressions.syntax import Comparison, Listing, Literal, Name, walk
from ivr.flow.load.findings import find, inside
from ivr.flow.reader_tree import Map, plain
from ivr.surveys.files.by_agents import check_agent_plan
from ivr.surveys.files.planned import check_calls, check_rhythm
from ivr.surveys.files.reading import key_place, place
from ivr.surveys.files.shapes import PlanFields
from ivr.surveys.files.unbuilt import check_facts, check_plan_built
from ivr.surveys.model import DAY_S, PLANNED, POST_CALL, Low, LowTicket, Plan
from ivr.surveys.sampling import Quota
from ivr.surveys.scopes import answer_scope, match_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.flow.expressions import Expression
    from ivr.flow.reader_tree import Node, Text
    from ivr.surveys.files.reading import Reading
    from ivr.surveys.files.shapes import LowFields, QuotaFields
    from ivr.surveys.model import Offer, Question

LEAST_GAP_S = 7 * DAY_S
_AS_WRITTEN = (
    *("when", "seed", "size", "strata", "min_invited", "quiet", "year_cap"),
    *("after_external", "every", "dates", "anonymous"),
)
"""Fields that a plan has as they are written."""
_IS = frozenset({"==", "in"})
_EQUAL = _IS | {"!=", "not in"}


def read_plans(
    reading: Reading, node: Node | None, questions: Mapping[str, Question], offer: Offer
) -> dict[str, Plan]:
    """The plans in the order written, which is their position; one with a mistake is left out."""
    found: dict[str, Plan] = {}
    for position, (key, raw) in enumerate(reading.maps(node, "plan"), 1):
        plan = _plan(reading, key, raw, position, questions)
        if plan is not None:
            found[key.value] = plan
            if plan.when == PLANNED and plan.by_voice:
                check_calls(reading, raw, questions, offer)
    return found


def _plan(
    reading: Reading, key: Text, raw: Map, position: int, questions: Mapping[str, Question]
) -> Plan | None:
    fields = reading.fields(PlanFields, raw, f'plan "{key.value}"', when="post_call")
    if fields is None:
        return None
    _check(reading, key, raw, fields)
    return Plan(
        name=key.value,
        survey=reading.code,
        position=position,
        match=_match(reading, raw, fields),
        low=_low(reading, raw, fields.low, questions),
        definition=json.dumps(plain(raw), ensure_ascii=False, separators=(",", ":")),
        at=key.at,
        **{name: getattr(fields, name) for name in _AS_WRITTEN},
        **_sample(fields),
        **_times(fields),
        media=() if reading.by_agents else tuple(dict.fromkeys(fields.media)),
    )


def _check(reading: Reading, key: Text, raw: Map, fields: PlanFields) -> None:
    """Keys that are missing, contradict one another, or do nothing."""
    if reading.by_agents:
        check_agent_plan(reading, raw, fields)
        return
    _check_size(reading, key, raw, fields)
    _check_times(reading, key, raw, fields)
    check_plan_built(reading, raw, fields)


def _sample(fields: PlanFields) -> dict[str, Any]:
    """How many are asked; everybody where nothing is said."""
    return {
        "rate": 1.0 if fields.rate is None and fields.size is None else fields.rate,
        "quota": _quota(fields.quota),
        "is_plain": fields.alphabet == "plain",
    }


def _times(fields: PlanFields) -> dict[str, Any]:
    """All lengths of time, in seconds."""
    return {
        "min_talk_s": fields.min_talk,
        "delay_s": fields.delay,
        "expires_s": fields.expires,
        "gap_s": fields.gap,
        "reminder_s": fields.reminder,
    }


def _match(reading: Reading, raw: Map, fields: PlanFields) -> Expression | None:
    match = reading.condition(raw, "match", fields.match, match_scope())
    if match is not None:
        when = POST_CALL if reading.by_agents else fields.when
        check_facts(reading, raw, when, match)
        _check_words(reading, raw, match)
        if reading.by_agents:
            _check_wound_up(reading, raw, match)
    return match


def _check_size(reading: Reading, key: Text, raw: Map, fields: PlanFields) -> None:
    """V14 rate and size together, V15 no seed."""
    if raw.get("rate") is not None and raw.get("size") is not None:
        message = f'plan "{key.value}" has both rate and size'
        reading.error("V14", key_place(raw, "size"), message, "take one of them out")
    if not fields.seed:
        at = place(raw, "seed") if raw.get("seed") is not None else key.at
        hint = "write any word that stays the same, as in seed: spring-2026"
        reading.error("V15", at, f'plan "{key.value}" has no seed', hint)


def _check_times(reading: Reading, key: Text, raw: Map, fields: PlanFields) -> None:
    """V16 a short gap, V17 a planned survey that never comes."""
    if fields.gap < LEAST_GAP_S:
        message = f'plan "{key.value}" may ask the same person again within a week'
        reading.warning("V16", place(raw, "gap"), message, "write 30d")
    if fields.when == PLANNED:
        check_rhythm(reading, key, raw, fields)


def _check_words(reading: Reading, raw: Map, match: Expression) -> None:
    """V18: a queue, category or segment that the house does not have would never match."""
    around = reading.around
    known = {
        "interaction.queue": ("queue", around.queues),
        "ticket.category": ("category", around.categories),
        "customer.segment": ("segment", around.segments),
    }
    for fact, word, offset in _compared(match):
        if fact in known and word:
            what, names = known[fact]
            node = raw.get("match")
            reading.check(word, names, what, inside(node, offset) if node else raw.at)


def _check_wound_up(reading: Reading, raw: Map, match: Expression) -> None:
    """V23: agents are asked while they wind a call up, which some queues leave out."""
    node = raw.get("match")
    for fact, word, offset in _compared(match, _IS):
        if fact == "interaction.queue" and word in reading.around.unwound and node is not None:
            message = f'nobody winds up calls of "{word}", so its agents are asked nothing'
            hint = "give that queue a wrapup in config.yaml, or take it out here"
            reading.warning("V23", inside(node, offset), message, hint)


def _compared(match: Expression, words: frozenset[str] = _EQUAL) -> Iterator[tuple[str, str, int]]:
    """Each fact that is compared with a written word, the word and its offset."""
    for node in walk(match.tree):
        if not isinstance(node, Comparison) or not words.issuperset(node.words):
            continue
        facts = [".".join(part.path) for part in node.parts if isinstance(part, Name)]
        for part in node.parts if len(facts) == 1 else ():
            for each in part.parts if isinstance(part, Listing) else (part,):
                if isinstance(each, Literal) and isinstance(each.value, str):
                    yield facts[0], each.value, each.span.at


def _quota(fields: QuotaFields | None) -> Quota | None:
    if fields is None:
        return None
    limits = {name: dict(getattr(fields, name)) for name in ("product", "region", "segment")}
    return Quota({name: each for name, each in limits.items() if each}, fields.count_partials)


def _low(
    reading: Reading, raw: Map, fields: LowFields | None, questions: Mapping[str, Question]
) -> Low | None:
    node = raw.get("low")
    if fields is None or not isinstance(node, Map):
        return None
    known = not reading.findings.files_with_errors()
    scope = answer_scope(questions.values())
    when = reading.condition(node, "when", fields.when, scope) if known else None
    ticket = fields.ticket
    if ticket is not None and ticket.category:
        at = find(node, ("ticket", "category")).at
        reading.check(ticket.category, reading.around.categories, "category", at)
    follow_up = None
    if ticket is not None:
        within = ticket.callback_within
        follow_up = LowTicket(ticket.kind, ticket.category, ticket.priority, within)
    return Low(when, follow_up, fields.tell, fields.words)
