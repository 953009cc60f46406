"""Flows as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.web.api.surveys.shapes import ProblemOut, problem_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.problem import Problem
    from ivr.flow.checker.outline import Stage, Station, Way
    from ivr.runtime.flows.shown import FlowMap, FlowNow


class FlowOut(BaseModel):
    """A flow that new calls may come to. begins: whether a call can begin in it; else only others
    run it. version: first 12 hex of the hash. runs: the flows that are part of this version.
    calls: that are in it now, older_calls of them on a version of before."""

    flow: str
    file: str
    version: str
    begins: bool
    languages: list[str]
    numbers: list[str]
    nodes: int
    runs: list[str]
    calls: int
    older_calls: int


class WayOut(BaseModel):
    """Where an exit of a step leads: a node, `exit.NAME` out of the flow, `next` the step below,
    empty where the call ends. says: the condition of `when`. words: language -> a word for the
    key."""

    exit: str
    to: str
    says: str
    words: dict[str, str]


class StageOut(BaseModel):
    """A step of a node; line: in the file, from 1."""

    verb: str
    about: str
    line: int
    ways: list[WayOut]


class StationOut(BaseModel):
    """A node. entered_by: `start`, `rescue.error`, `key 0` and the like. reached: whether any
    caller can come here. calls: that are in it now."""

    node: str
    line: int
    entered_by: list[str]
    reached: bool
    calls: int
    steps: list[StageOut]


class FlowDetail(FlowOut):
    """A flow with its file and its map."""

    text: str
    map: list[StationOut]


class FileProblem(ProblemOut):
    """A mistake, and the file that it stands in."""

    file: str


class FlowProblems(BaseModel):
    """What was said of the files when they were read last. refused: they have errors, and the
    version of before runs on."""

    refused: bool
    items: list[FileProblem]


def flow_out(now: FlowNow) -> FlowOut:
    """One of a list."""
    begins = now.bundle.root.name == now.flow.name
    return FlowOut(
        flow=now.flow.name,
        file=now.flow.file,
        version=now.bundle.hash,
        begins=begins,
        languages=list(now.flow.languages),
        numbers=list(now.numbers),
        nodes=len(now.flow.nodes),
        runs=sorted(now.bundle.flows.keys() - {now.flow.name}) if begins else [],
        calls=now.calls,
        older_calls=now.older,
    )


def detail_out(found: FlowMap) -> FlowDetail:
    """One with everything."""
    stations = [_station_out(each, found.inside) for each in found.stations]
    return FlowDetail(**flow_out(found.now).model_dump(), text=found.text, map=stations)


def _station_out(station: Station, inside: Mapping[str, int]) -> StationOut:
    return StationOut(
        node=station.node,
        line=station.line,
        entered_by=list(station.entered_by),
        reached=station.reached,
        calls=inside.get(station.node, 0),
        steps=[_stage_out(stage) for stage in station.stages],
    )


def _stage_out(stage: Stage) -> StageOut:
    ways = [_way_out(way) for way in stage.ways]
    return StageOut(verb=stage.verb, about=stage.about, line=stage.line, ways=ways)


def _way_out(way: Way) -> WayOut:
    return WayOut(exit=way.exit, to=way.to, says=way.says, words=dict(way.words or {}))


def file_problem_out(problem: Problem) -> FileProblem:
    """A mistake as JSON."""
    return FileProblem(file=problem.at.file, **problem_out(problem).model_dump())
