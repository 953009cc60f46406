"""V23: what a survey or a plan may say that is carried out by nobody, so that nothing is ignored.

An error where the plan would do something else than it says, a warning where it does only a part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.expressions.syntax import Name, walk
from ivr.flow.load.findings import find, inside
from ivr.surveys.files.planned import check_planned
from ivr.surveys.files.reading import key_place, place
from ivr.surveys.model import (
    AGENT,
    CALLER,
    COMMENT,
    EMAIL,
    PLANNED,
    POST_CALL,
    POST_TICKET,
    SMS,
    VOICE,
    WEB,
)
from ivr.surveys.sampling import QUEUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.expressions import Expression
    from ivr.flow.reader_tree import Map
    from ivr.surveys.files.reading import Reading
    from ivr.surveys.files.shapes import PlanFields, QuestionFields

_BUILT = frozenset({VOICE, SMS})
_UNBUILT = {EMAIL: "nobody is written to by email yet", WEB: "there is no page for answers yet"}
_BELONGS: Mapping[str, tuple[str, ...]] = {
    "every": (PLANNED,),
    "dates": (PLANNED,),
    "size": (PLANNED,),
    "after_external": (POST_CALL,),
    "min_talk": (POST_CALL,),
    "delay": (POST_CALL, POST_TICKET),
    "strata": (POST_CALL,),
    "min_invited": (POST_CALL, PLANNED),
}
"""Keys that mean something only in some kinds of plans."""
_FACTS: Mapping[str, frozenset[str]] = {
    POST_CALL: frozenset({"interaction", "customer"}),
    POST_TICKET: frozenset({"ticket", "customer"}),
    PLANNED: frozenset({"customer", "interaction", "ticket"}),
}
"""Records that are known when a plan of this kind decides."""


def check_survey_built(reading: Reading, root: Map, respondent: str) -> None:
    """Who is asked, and sentences that nobody hears."""
    if respondent not in {CALLER, AGENT}:
        message = f"an {respondent} is asked by nobody yet; its plans would ask callers"
        reading.error("V23", place(root, "respondent"), message, "take it out")
    declined = root.get("declined")
    if declined is not None and find(root, ("declined", "text")) is not declined:
        message = "nobody declines by text: who wants no more opts out"
        at = find(root, ("declined", "text")).at
        reading.warning("V23", at, message, "take it out, or write it under opted_out")


def check_question_built(reading: Reading, raw: Map, name: str, fields: QuestionFields) -> None:
    """A question that no medium asks, and a length of what is no comment."""
    if not _BUILT.intersection(fields.on):
        message = f'question "{name}" is asked by nobody: there is neither email nor web yet'
        reading.error("V23", key_place(raw, "on"), message, "add voice or sms")
    if raw.get("longest") is not None and fields.type != COMMENT:
        message = f"{fields.type} has no longest: only comments are recorded"
        reading.error("V01", key_place(raw, "longest"), message, "take it out")


def check_plan_built(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """What this kind of plan does not do."""
    if fields.when == PLANNED and not (fields.every or fields.dates):
        return  # told as V17
    _check_kind(reading, raw, fields)
    _check_quota(reading, raw, fields)
    if fields.when == PLANNED:
        check_planned(reading, raw, fields)
        return
    _check_media(reading, raw, fields)
    _check_groups(reading, raw, fields)


def _check_quota(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """A dimension that is never known would let everybody in."""
    if fields.when == POST_CALL and fields.quota is not None and fields.quota.product:
        message = "the product is not known when it is decided who is asked"
        at = find(raw, ("quota", "product")).at
        reading.error("V23", at, message, "write segment or region, or when: post_ticket")


def _check_groups(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """Only queues are known before the talk, when it is decided who is asked."""
    hint = "write strata: [queue] and min_invited: 10"
    for number, group in enumerate(fields.strata):
        if group != QUEUE:
            at = find(raw, ("strata", number)).at
            message = f"the {group} is not known when it is decided who is asked"
            reading.error("V23", at, message, hint)
    if fields.min_invited and not fields.strata:
        at = key_place(raw, "min_invited")
        reading.error("V23", at, "min_invited of which groups?", hint)
    if fields.strata and not fields.min_invited:
        message = "strata change nothing without min_invited"
        reading.warning("V23", key_place(raw, "strata"), message, hint)


def check_facts(reading: Reading, raw: Map, when: str, match: Expression) -> None:
    """A record that is not known yet when this kind of plan decides is always empty."""
    node = raw.get("match")
    for part in walk(match.tree):
        record = part.path[0] if isinstance(part, Name) and len(part.path) > 1 else ""
        if record and record not in _FACTS[when] and node is not None:
            message = f"plans with when: {when} know no {record} when they decide who is asked"
            known = ", ".join(f"{each}.*" for each in sorted(_FACTS[when]))
            at = inside(node, part.span.at)
            reading.error("V23", at, message, f"look at {known} only")


def _check_kind(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """Keys of another kind of plan; V14 has told of rate and size together."""
    for key, kinds in _BELONGS.items():
        is_told = key == "size" and raw.get("rate") is not None
        if key in fields.model_fields_set and fields.when not in kinds and not is_told:
            message = f"{key} has no meaning with when: {fields.when}"
            hint = "write rate: 10%" if key == "size" else f"take it out, or write when: {kinds[0]}"
            reading.error("V23", key_place(raw, key), message, hint)


def _check_media(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """A warning while another medium is left, an error where none is."""
    is_call = fields.when == POST_CALL
    unbuilt = _UNBUILT if is_call else {VOICE: "nobody is called after a ticket yet", **_UNBUILT}
    hint = "write voice or sms" if is_call else "write media: [sms]"
    tell = reading.error if unbuilt.keys() >= set(fields.media) else reading.warning
    if raw.get("media") is None and not is_call:
        tell("V23", place(raw, "when"), unbuilt[VOICE], hint)
    for number, medium in enumerate(fields.media if raw.get("media") is not None else ()):
        if medium in unbuilt:
            tell("V23", find(raw, ("media", number)).at, unbuilt[medium], hint)
    _check_anonymous(reading, raw, fields)


def _check_anonymous(reading: Reading, raw: Map, fields: PlanFields) -> None:
    """A text names its sender, and whoever hears of a score at once knows whose it is."""
    if not fields.anonymous:
        return
    by_voice = fields.when == POST_CALL and VOICE in fields.media
    tell = reading.warning if by_voice else reading.error
    for number, medium in enumerate(fields.media):
        if medium == SMS:
            message = "an anonymous plan writes to nobody: a text names who answers"
            hint = "write media: [voice]" if fields.when == POST_CALL else "take anonymous out"
            tell("V23", find(raw, ("media", number)).at, message, hint)
    if fields.low is not None:
        message = "nobody is told of a low score of an anonymous plan: he would know who it was"
        reading.warning("V23", key_place(raw, "low"), message, "take it out")
