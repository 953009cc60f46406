"""The WebSocket of an agent's simulated telephone.

From it: `{"answer": true}`, `{"decline": true}`, `{"hang_up": true}`, `{"say": "..."}`,
`{"press": "1"}`. To it: `{"phone": name}`, `{"rings": call, "from": number, "seconds": s}`,
`{"answered": call}`, `{"talk": what, "with": [names]}`, `{"says": "...", "by": name}`,
`{"presses": "1", "by": name}`, `{"hears": [...]}`, `{"ended": why}`, `{"problem": "..."}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.media.collect import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.channels.simulator.connection import Connection
    from ivr.channels.simulator.trunk import SimulatorTrunk

NAME_MOST = 64
WORDS_MOST = 200


def is_name(name: str) -> bool:
    """Whether a telephone may be called so: some printable characters without spaces."""
    return 0 < len(name) <= NAME_MOST and name.isprintable() and " " not in name


class AgentConnection:
    """One telephone of an agent, for as long as it is connected."""

    def __init__(self, trunk: SimulatorTrunk, connection: Connection, name: str) -> None:
        self._trunk = trunk
        self._connection = connection
        self._tell = connection.tell
        self._station = trunk.desk.connect(name, self._tell)

    async def run(self) -> None:
        """Until it is gone; a call that is on it then is lost to the agent."""
        try:
            await self._connection.run(self._act)
        finally:
            self._trunk.desk.disconnect(self._station, self._tell)

    async def _act(self, message: Mapping[str, Any]) -> None:
        problem = self._done(message) if self._station.tell == self._tell else ""
        if problem:
            self._tell({"problem": problem})

    def _done(self, message: Mapping[str, Any]) -> str:
        """Do what the agent does; why it cannot be done, "" = it is done."""
        desk, station = self._trunk.desk, self._station
        if message.get("answer") is True:
            return "" if desk.answer(station) else "nothing rings"
        if message.get("decline") is True:
            return "" if desk.decline(station) else "nothing rings"
        if message.get("hang_up") is True:
            return "" if desk.hang_up(station) else "this phone is in no call"
        return self._typed(message)

    def _typed(self, message: Mapping[str, Any]) -> str:
        phone, key = self._station.phone, str(message.get("press", ""))
        words = str(message.get("say", ""))[:WORDS_MOST]
        if phone is None or not phone.up:
            return "this phone is in no call"
        if (len(key) == 1 and key in KEYS) or words:
            self._trunk.typed(phone, key=key, words=words)
            return ""
        return "answer, decline, say, press or hang_up is wanted"
