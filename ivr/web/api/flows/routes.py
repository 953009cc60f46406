"""Flows: which run, one as a map, and what is wrong with the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from ivr.web.api.flows.shapes import (
    FlowDetail,
    FlowOut,
    FlowProblems,
    detail_out,
    file_problem_out,
    flow_out,
)
from ivr.web.api.parts import BASE
from ivr.web.permissions import Right
from ivr.web.typed import Items, Route

if TYPE_CHECKING:
    from ivr.runtime.flows.shown import FlowsShown

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}\z")]


@dataclass(frozen=True, slots=True)
class FlowRoutes:
    """The routes /flows and /flow-problems."""

    shown: FlowsShown

    def routes(self) -> list[Route]:
        """The operations of this module."""
        read = Right("flow", "r")
        return [
            Route("GET", f"{BASE}/flows", self.flows, read),
            Route("GET", f"{BASE}/flows/{{flow}}", self.flow, read),
            Route("GET", f"{BASE}/flow-problems", self.flow_problems, read),
        ]

    async def flows(self) -> Items[FlowOut]:
        """The flows that new calls may come to; first those in which calls begin."""
        return Items(items=[flow_out(each) for each in self.shown.all()])

    async def flow(self, flow: Name) -> FlowDetail:
        """One as it runs: its file, its nodes, where each exit leads, and who is in it now."""
        return detail_out(self.shown.one(flow))

    async def flow_problems(self) -> FlowProblems:
        """What `ivr check` said of the files when they were read last, warnings too."""
        verdict = self.shown.verdict
        return FlowProblems(
            refused=verdict.refused, items=[file_problem_out(each) for each in verdict.problems]
        )
