"""The command `ivr agent sim`: an agent's telephone in the terminal, on a server's simulator."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError, ClientSession, WSMsgType

from ivr.cli.keyboard import keyboard
from ivr.cli.outcome import CANNOT_RUN, GOOD, complain, say
from ivr.media.collect import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import ClientWebSocketResponse

HELP = "a answers, d declines, h hangs up; everything else is keyed or said. Ctrl-D ends."
PATH = "/simulator/agent/ws"
ANSWER_S = 1.0
HEARTBEAT_S = 10.0
_ACTS = {"a": "answer", "d": "decline", "h": "hang_up"}


def sim(name: str, server: str, *, auto: bool, talk_s: float) -> int:
    """Be the telephone of an agent until the end of the input. Returns the exit code.

    server: base address of the server. auto: answer by itself after 1 s, and hang up after `talk_s`
    seconds of each call; the keyboard is left alone.
    """
    with suppress(KeyboardInterrupt):
        return asyncio.run(_sim(name, server, talk_s if auto else None))
    return GOOD


async def _sim(name: str, server: str, talk_s: float | None) -> int:
    url = server.rstrip("/") + PATH
    try:
        async with (
            ClientSession() as session,
            session.ws_connect(url, params={"name": name}, heartbeat=HEARTBEAT_S) as socket,
        ):
            return await _Telephone(socket, talk_s).run()
    except (ClientError, ValueError) as error:
        complain(f"no simulator answers at {url}: {error}")
        return CANNOT_RUN


class _Telephone:
    """Prints what happens on the telephone; every line typed is an act of the agent.

    talk_s: how long it talks in each call by itself, None = the agent decides.
    """

    def __init__(self, socket: ClientWebSocketResponse, talk_s: float | None) -> None:
        self._socket = socket
        self._talk_s = talk_s
        self._taken, self._over = asyncio.Event(), asyncio.Event()
        self._left = False

    async def run(self) -> int:
        """Until the server or the agent has enough."""
        async with asyncio.TaskGroup() as group:
            works = [] if self._talk_s is not None else [group.create_task(self._act())]
            async for frame in self._socket:
                if frame.type is WSMsgType.TEXT:
                    message = frame.json()
                    _show(message)
                    works += [group.create_task(work) for work in self._by_itself(message)]
            for work in works:
                work.cancel()
        if not self._left:
            complain("the server is gone")
        return GOOD if self._left else CANNOT_RUN

    def _by_itself(self, message: Mapping[str, Any]) -> list[Any]:
        """What the telephone does without its agent."""
        if self._talk_s is None:
            return []
        if "ended" in message:
            self._taken.set()
            self._over.set()
        elif "rings" in message:
            self._taken, self._over = asyncio.Event(), asyncio.Event()
            return [self._later(ANSWER_S, "answer", self._taken)]
        elif "answered" in message:  # also by the server, where the queue says `answer: auto`
            self._taken.set()
            return [self._later(self._talk_s, "hang_up", self._over)]
        return []

    async def _later(self, seconds: float, act: str, needless: asyncio.Event) -> None:
        """Do it after some seconds, unless there is no need any more."""
        with suppress(TimeoutError):
            await asyncio.wait_for(needless.wait(), seconds)
        if not needless.is_set():
            await self._send({act: True})

    async def _act(self) -> None:
        if sys.stdin.isatty():
            say(HELP)
        async with keyboard() as reader:
            while line := await reader.readline():
                for message in _acts(line.decode(errors="replace").strip()):
                    await self._send(message)
        self._left = True
        await self._socket.close()

    async def _send(self, message: Mapping[str, str | bool]) -> None:
        with suppress(ConnectionError):  # that the server is gone is told by the end of its words
            await self._socket.send_json(message)


def _acts(typed: str) -> list[dict[str, str | bool]]:
    """What a line of the agent means."""
    act = _ACTS.get(typed.lower())
    if act is not None:
        return [{act: True}]
    if typed and all(key in KEYS for key in typed.upper()):
        return [{"press": key} for key in typed.upper()]
    return [{"say": typed}] if typed else []


def _show(message: Mapping[str, Any]) -> None:
    for key, write in _WORDS.items():
        if message.get(key):
            say(write(message))


def _talk(message: Mapping[str, Any]) -> str:
    others = ", ".join(message.get("with", ()))
    state = message["talk"]
    return f"Talk: {state} ({others})" if others else f"Talk: {state}"


def _heard(message: Mapping[str, Any]) -> str:
    return "\n".join(f"[{one['language']}] {one['text']}" for one in message["hears"])


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "phone": lambda message: f"Telephone {message['phone']} is connected",
    "rings": lambda message: f"Rings: {message['from']} ({message['seconds']:.0f} s)",
    "answered": lambda _message: "Answered",
    "beep": lambda _message: "(beep)",
    "talk": _talk,
    "says": lambda message: f"{message['by']}: {message['says']}",
    "presses": lambda message: f"{message['by']} presses {message['presses']}",
    "hears": _heard,
    "ended": lambda message: f"Call ended ({message['ended']})",
    "problem": lambda message: f"({message['problem']})",
}
