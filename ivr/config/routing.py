"""The configuration of queues as the queue machine wants it, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ivr.acd.checks.queues import judge
from ivr.acd.settings import (
    BreakReason,
    Counted,
    Member,
    Misses,
    Nobody,
    Overflow,
    Priority,
    Queue,
    Rules,
    Span,
    Step,
    Sticky,
    Wrapup,
)
from ivr.config.acd import OWN_RECORDS
from ivr.config.days import day_offsets
from ivr.config.pyvoip import PyVoipTrunk
from ivr.config.queues.written import is_numeric
from ivr.domain.phone import parse_phone
from ivr.domain.problem import Problem
from ivr.domain.scalars import nearest
from ivr.flow.reader import Map, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ivr.acd.checks.finding import Finding
    from ivr.acd.words import AgentCard
    from ivr.config.acd import Acd, Dialling, MissRule
    from ivr.config.mistakes import Mistakes, Path
    from ivr.config.model import Config, Place
    from ivr.config.queues.options import QueueOptions
    from ivr.config.queues.serving import Levels, Members, QueueStep, QueueWrapup, StickyRule
    from ivr.config.queues.waits import OverflowRule, RejoinRule, ServiceLevel

NORMAL = "normal"
_OF_KEYS = frozenset({"ACD-E01", "ACD-E04", "ACD-E08", "ACD-E09", "ACD-W04"})
BUILT_IN_LOOKUPS = ("last_contacts", *OWN_RECORDS)


def to_rules(config: Config) -> Rules:
    """The rules of routing. Their hash is of what they say, so the same rules have the same."""
    acd = config.acd
    rules = Rules(
        queues={name: _queue(name, each, config) for name, each in config.queues.items()},
        priorities={NORMAL: Priority(), **_priorities(acd)},
        skills=_skills(config),
        breaks={name: BreakReason(_ns(each.longest)) for name, each in acd.breaks.items()},
        misses=_to_misses(acd.misses),
        share={team: dict(each) for team, each in acd.share.items()},
        priority_step_ns=_ns(acd.priority_step),
        idle_basis=acd.idle_basis,
        break_resets_idle=acd.break_resets_idle,
        wrapup_most_ns=_ns(acd.wrapup_most),
        max_waiting=acd.max_waiting,
        day_offsets=day_offsets(config.zone),
        dial_wrapup=Wrapup() if config.dial is None else _wrapup(config.dial.wrapup),
    )
    return replace(rules, hash=_hash(rules))


def _priorities(acd: Acd) -> Mapping[str, Priority]:
    return {
        name: Priority(_ns(each.head_start), each.strict, each.max_waiting)
        for name, each in acd.priorities.items()
    }


def _to_misses(rule: MissRule) -> Misses:
    return Misses(
        rule.allow, rule.of, _ns(rule.cooldown), _ns(rule.same_call), rule.max_offers_per_minute
    )


def _own_misses(queue: QueueOptions, acd: Acd) -> Misses | None:
    """The whole rule of a queue that has written some of it."""
    if queue.misses is None:
        return None
    written = queue.misses.model_dump(exclude_none=True)
    return _to_misses(acd.misses.model_copy(update=written))


def _wrapup(options: QueueWrapup) -> Wrapup:
    return Wrapup(options.mode, _ns(options.time), mandatory=options.code == "mandatory")


def _skills(config: Config) -> Mapping[str, str]:
    """Skill -> kind. Where languages are a skill, each language of callers has a level, too."""
    written = config.acd.skills
    spoken = config.languages if "language" in written.values() else ()
    return {**dict.fromkeys(spoken, "level"), **written}


def _hash(rules: Rules) -> str:
    text = json.dumps(asdict(rules), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _ns(length_s: float) -> int:
    """Nanoseconds; lengths of the configuration are whole milliseconds."""
    return round(length_s * 1000) * 1_000_000


def _queue(name: str, queue: QueueOptions, config: Config) -> Queue:
    return Queue(
        name,
        strategy=queue.strategy,
        rank=queue.rank,
        need=_needs(queue.need),
        steps=tuple(map(_step, queue.steps)),
        teams=_teams(queue.members) or {name: Member()},
        priority=queue.priority,
        ageing=queue.ageing,
        ring_ns=_ns(queue.ring_timeout),
        setup_ns=_ns(queue.setup_timeout),
        add_every_ns=_ns(queue.add_every),
        answers_itself=queue.answer == "auto",
        may_decline=queue.may_decline,
        whisper=queue.agent_whisper or "",
        monitor=queue.monitor.modes,
        max_waiting=queue.max_waiting,
        longest_ns=_ns(queue.longest),
        overflow=tuple(_overflow(rule, config) for rule in queue.overflow),
        nobody=Nobody(queue.nobody.join, queue.nobody.leave, _ns(queue.nobody.grace)),
        sticky=_sticky(queue.sticky),
        **_rejoin(queue.rejoin),
        wrapup=_wrapup(queue.wrapup),
        service_level_ns=_ns(queue.service_level.threshold),
        short_abandon_ns=_ns(queue.service_level.short_abandon),
        service_level=queue.service_level.variant,
        service_counted=_counted(queue.service_level),
        service_target=queue.service_level.target,
        told_limit=queue.wait.limit,
        live_edit=queue.live_edit_steps == "waiting_too",
        misses=_own_misses(queue, config.acd),
    )


def _counted(level: ServiceLevel) -> Counted:
    """What F8 counts; of the other formulas the usual, which nobody looks at."""
    written = level.model_dump(exclude_none=True)
    names = ("abandoned", "short", "overflowed")
    return Counted(**{one: written[f"count_{one}"] for one in names if f"count_{one}" in written})


def _teams(members: Members) -> Mapping[str, Member]:
    return {
        team: Member(each.tier, _ns(each.offset), each.weight)
        for team, each in members.teams.items()
    }


def _sticky(rule: StickyRule) -> Sticky:
    return Sticky(rule.sources, rule.mode, _ns(rule.within), _ns(rule.longest))


def _rejoin(rule: RejoinRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {
        "rejoin_ns": _ns(rule.grace),
        "rejoin_by": rule.identity,
        "rejoin_customer": rule.customer or "",
    }


def _needs(needs: Mapping[str, Levels]) -> Mapping[str, Span]:
    return {skill: Span(each.min, each.max) for skill, each in needs.items()}


def _step(step: QueueStep) -> Step:
    return Step(
        _ns(step.after),
        set_=_needs({**step.set, **step.add}),
        drop=step.drop,
        max_tier=step.max_tier or 0,
        also=step.also,
    )


def _overflow(rule: OverflowRule, config: Config) -> Overflow:
    when, to = rule.when, rule.to
    return Overflow(
        waiting=when.waiting,
        waited_ns=None if when.waited is None else _ns(when.waited),
        estimate_ns=None if when.estimate is None else _ns(when.estimate),
        free_in=when.free_in or "",
        exit=to.exit or "",
        queue=to.queue or "",
        flow=to.flow or "",
        callback=to.callback or "",
        number="" if to.number is None else _place_of(to.number, config) or to.number,
    )


# what is wrong


def judged(config: Config, cards: Sequence[AgentCard]) -> tuple[Problem, ...]:
    """What is wrong with the queues for these agents, each at its place in the file."""
    found = judge(to_rules(config), cards, config.languages)
    return tuple(
        Problem(each.code, each.severity, config.where(*each.path, key=_is_key(each)), each.message)
        for each in found
    )


def _is_key(finding: Finding) -> bool:
    """Whether it is about a key: the name of a skill, of a queue or of a team."""
    return finding.code in _OF_KEYS and isinstance(finding.path[-1], str)


def check_queues(config: Config, root: Map, mistakes: Mistakes) -> None:
    """Names that must exist, and everything that can be judged without knowing the agents."""
    known = _written(root, "queues") or config.queue_names
    classes = (NORMAL, *_written(root, "acd", "priorities"))
    for name, queue in config.queues.items():
        home: Path = ("queues", name)
        for path, other in _named(queue, home):
            _must_exist("queue", other, known, path, mistakes)
        if queue.hours is not None:
            _must_exist("hours", queue.hours, config.hours, (*home, "hours"), mistakes)
        if not is_numeric(queue.priority):
            _must_exist("priority", queue.priority, classes, (*home, "priority"), mistakes)
        _check_codes(queue.wrapup, home, config, mistakes)
        _check_misses(_own_misses(queue, config.acd), (*home, "misses"), mistakes)
    _check_overflow(config, mistakes)
    rules = to_rules(config)
    _check_shares(rules, config, known, mistakes)
    if config.dial is not None:
        _check_dial(config.dial, config, root, mistakes)
    skills = {**dict.fromkeys(_written(root, "acd", "skills"), "level"), **rules.skills}
    for finding in judge(replace(rules, skills=skills)):
        mistakes.add(finding.code, finding.path, finding.message, key=_is_key(finding))


def _check_shares(rules: Rules, config: Config, queues: Sequence[str], mistakes: Mistakes) -> None:
    """Teams that serve a queue, and queues. Of a queue with a mistake the teams are not known."""
    teams = {team for queue in rules.queues.values() for team in queue.teams}
    for team, share in rules.share.items():
        home: Path = ("acd", "share", team)
        if len(queues) == len(config.queues):
            _must_exist("team", team, teams, home, mistakes, key=True)
        for name in share:
            _must_exist("queue", name, queues, (*home, name), mistakes, key=True)


def _check_misses(own: Misses | None, path: Path, mistakes: Mistakes) -> None:
    if own is not None and own.of < own.allow:
        message = f"allow is {own.allow}, but only the last {own.of} offers are seen"
        mistakes.add("C130", path, message)


def _check_codes(wrapup: QueueWrapup, home: Path, config: Config, mistakes: Mistakes) -> None:
    if wrapup.code == "mandatory" and not config.wrapup.code:
        message = "agents must give a code, but wrapup.code names none"
        mistakes.add("C130", (*home, "wrapup", "code"), message)


def _check_dial(dial: Dialling, config: Config, root: Map, mistakes: Mistakes) -> None:
    """The trunk must be there and able to call somebody, and the number must be one of ours."""
    home: Path = ("dial",)
    _check_codes(dial.wrapup, home, config, mistakes)
    _must_exist("trunk", dial.trunk, _written(root, "trunks"), (*home, "trunk"), mistakes)
    if isinstance(config.trunks.get(dial.trunk), PyVoipTrunk):
        message = f"trunk {dial.trunk} only takes calls; it cannot call anybody"
        mistakes.add("C130", (*home, "trunk"), message)
    if dial.number is not None:
        known = _written(root, "numbers")
        _must_exist("number", dial.number, known, (*home, "number"), mistakes)


def _place_of(text: str, config: Config) -> str:
    """The place of this name, or that has this number; "" if there is none."""
    if text in config.places:
        return text
    number = parse_phone(text, config.country)
    owned = (name for name, place in config.places.items() if number in _numbers_of(place))
    return next(owned, "") if number else ""


def _numbers_of(place: Place) -> tuple[str | None, ...]:
    number: str | Mapping[str, str] | None = place.number
    return (number,) if number is None or isinstance(number, str) else tuple(number.values())


def _check_overflow(config: Config, mistakes: Mistakes) -> None:
    """C120: a place that is not there. ACD-E11: one that wants inputs, which no queue has."""
    for queue, options in config.queues.items():
        for number, way in enumerate(options.overflow):
            if way.to.number is None:
                continue
            path: Path = ("queues", queue, "overflow", number, "to", "number")
            found = _place_of(way.to.number, config)
            if not found:
                near = nearest(way.to.number, config.places)
                hint = f'; did you mean "{near}"?' if near else "; add it under places"
                mistakes.add("C120", path, f'no place "{way.to.number}"{hint}')
            elif config.places[found].takes:
                message = f"queues.{queue}.overflow: place {found} takes inputs, a queue gives none"
                mistakes.add("ACD-E11", path, message)


def _written(root: Map, *path: str) -> tuple[str, ...]:
    """The names in a part of the file, also of those entries that could not be read."""
    node: Node | None = root
    for name in path:
        node = node.get(name) if isinstance(node, Map) else None
    return tuple(node.keys()) if isinstance(node, Map) else ()


def check_pop(config: Config, mistakes: Mistakes) -> None:
    """What a screen pop asks must be there."""
    known = {*config.sources, *BUILT_IN_LOOKUPS}
    for place, name in enumerate(config.pop.lookups.sources):
        _must_exist("source", name, known, ("pop", "lookups", "sources", place), mistakes)


def _named(queue: QueueOptions, home: Path) -> Iterable[tuple[Path, str]]:
    """Every queue that a queue names, and where."""
    for place, step in enumerate(queue.steps):
        for position, name in enumerate(step.also):
            yield (*home, "steps", place, "also", position), name
    for place, way in enumerate(queue.overflow):
        if way.when.free_in is not None:
            yield (*home, "overflow", place, "when", "free_in"), way.when.free_in
        for kind, other in (("queue", way.to.queue), ("callback", way.to.callback)):
            if other is not None:
                yield (*home, "overflow", place, "to", kind), other


def _must_exist(
    kind: str,
    name: str,
    known: Iterable[str],
    path: Path,
    mistakes: Mistakes,
    *,
    key: bool = False,
) -> None:
    if name in (names := sorted(known)):
        return
    near = nearest(name, names)
    hint = f'; did you mean "{near}"?' if near else ""
    mistakes.add("C120", path, f'no {kind} "{name}"{hint}', key=key)
