"""The work after a call as part of its record: from when the caller was gone to the next state."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ivr.domain.agent import AgentState
from ivr.domain.call import CallId
from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.ports.customers import Callers
    from ivr.runtime.tasks import Tasks

_LOG = logging.getLogger(__name__)


class WindingUp:
    """Watches agents. What began before this program did is not known and not written."""

    def __init__(self, callers: Callers, tasks: Tasks) -> None:
        self._callers = callers
        self._tasks = tasks
        self._begun: dict[str, tuple[CallId, datetime]] = {}

    def changed(self, row: Mapping[str, Any]) -> None:
        """An agent is in another state. row: as the desk sees it."""
        agent, at = str(row["agent"]), datetime.fromisoformat(row["since"])
        if row["state"] == AgentState.WRAPUP:
            if row["call"] and agent not in self._begun:
                self._begun[agent] = (CallId(row["call"]), at)
            return
        begun = self._begun.pop(agent, None)
        if begun is not None:
            self._tasks.start(self._keep(agent, *begun, at), "wrap-up")

    async def _keep(self, agent: str, call: CallId, begun_at: datetime, at: datetime) -> None:
        try:
            await self._callers.wound_up(call, agent, begun_at, at)
        except PortError as error:
            _LOG.warning("wrapup_not_kept", extra={"call": call, "why": str(error)})
