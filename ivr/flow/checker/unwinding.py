"""Which always-keys work where: a sub-flow without `always:` of its own keeps its caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.flow.model import Bundle, Flow, Step
    from ivr.flow.spec import VerbSpec


class Unwinding:
    """The always-keys of the flows of one bundle."""

    def __init__(self, bundle: Bundle, specs: Mapping[str, VerbSpec]) -> None:
        self._specs = specs
        self._flows = {**bundle.flows, bundle.root.name: bundle.root}
        self._kept: dict[str, bool] = {}

    def listens_always(self, step: Step) -> bool:
        """Whether always-keys are in force in this step itself."""
        return self._specs[step.verb].listens and bool(getattr(step.fields, "always", False))

    def hears_always(self, flow: Flow, step: Step) -> bool:
        """Whether a caller in this step may take an always-key of the flow."""
        if flow.always is None:
            return False
        inner = self._run_by(step)
        return self.listens_always(step) or (inner is not None and self._keeps(inner))

    def has_back(self, flow: Flow) -> bool:
        """Whether a key that does `back` may be in force in the flow."""
        return self._has_back(flow, frozenset())

    def _has_back(self, flow: Flow, seen: frozenset[str]) -> bool:
        if flow.always is not None:
            return any(key.do == "back" for key in flow.always.values())
        outer = [other for other in self._flows.values() if self._runs(other, flow)]
        within = seen | {flow.name}
        return any(self._has_back(one, within) for one in outer if one.name not in within)

    def _keeps(self, flow: Flow) -> bool:
        """Whether a flow, or one that it runs, listens under the keys of whoever runs it."""
        if flow.name not in self._kept:
            self._kept[flow.name] = False
            self._kept[flow.name] = flow.always is None and any(
                self.listens_always(step) or (inner is not None and self._keeps(inner))
                for node in flow.nodes.values()
                for step in node.steps
                for inner in (self._run_by(step),)
            )
        return self._kept[flow.name]

    def _runs(self, outer: Flow, flow: Flow) -> bool:
        steps = (step for node in outer.nodes.values() for step in node.steps)
        return any(self._run_by(step) is flow for step in steps)

    def _run_by(self, step: Step) -> Flow | None:
        """The flow that a step runs. No key leads out of one that is walked while waiting."""
        fields: Any = step.fields
        return self._flows.get(fields.run.name) if step.verb == "run" else None
