"""Random callers behind a provider that repeats itself, for the soak.

Every document is walked as the provider would (`walker`), only without waiting for its sounds. A
request that got no answer is sent again; some that were answered are sent again all the same, and
some twice at once. The answer must then be the same octets.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.load import ACCOUNT, Connection, pause, signed
from benchmarks.server import HOST
from ivr.channels.twilio.wire.walker import Asks, DocumentError, Ends, Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.channels.twilio.wire.walker import Next

ANSWERS_WITHIN_S = 10.0
GIVES_UP_AFTER_S = 30.0
RETRY_PAUSE_S = 0.05
KEY_GAP_MS = 200
MOST_TURNS = 40
THINKS_S = 0.3
"""Longest real pause between two requests of a call."""
REPEATED, DOUBLED, SILENT, LEAVES = 0.1, 0.05, 0.2, 0.04
"""Shares of requests sent again or twice at once, of listens without a key, of sudden ends."""
_FROM = ("+905321112201", "+905321112203", "+905321112233", "+905551234567", "anonymous")
_TO = ("+908502220000", "+908502220001")
_ENTRIES = (*"1112223309*#", "1234#", "1111", "4532015112830366#", "34710", "05321112233#", "777")


class NoAnswerError(Exception):
    """The server gave no answer for longer than any provider would try."""


@dataclass(slots=True)
class Tally:
    """What happened to all callers. wrong: what should not have, and how often."""

    calls: list[str] = field(default_factory=list)
    answers: int = 0
    retried: int = 0
    repeated: int = 0
    longest_s: float = 0.0
    wrong: Counter[str] = field(default_factory=Counter)

    def judge(self, url: str, answers: list[tuple[int, bytes]], wanted: int) -> None:
        """Count the answers to one request: all have the wanted status and are the same octets."""
        page = url.partition("?")[0].rpartition("/")[2]
        self.answers += len(answers)
        self.repeated += len(answers) - 1
        self.wrong.update(f"{status} at {page}" for status, _ in answers if status != wanted)
        if any(answer != answers[0] for answer in answers):
            self.wrong[f"another answer to a repeat at {page}"] += 1


class Line:
    """One line of the provider: call after call, with dice of its own."""

    def __init__(self, port: int, number: int, seed: int, tally: Tally) -> None:
        self._base = f"http://{HOST}:{port}/hooks/main"
        self._number = number
        self._dice = random.Random(f"{seed}/{number}")  # noqa: S311 - must be repeatable
        self._tally = tally
        self._connection = Connection(port)
        self._second = Connection(port)

    async def live(self, is_over: Callable[[], bool]) -> None:
        """Make calls until it is over; the last one is brought to its end."""
        made = 0
        while not is_over():
            made += 1
            await self._call(f"CA{self._number:016x}{made:016x}")
        self._connection.close()
        self._second.close()

    async def _call(self, ref: str) -> None:
        who = {"AccountSid": ACCOUNT, "CallSid": ref}
        self._tally.calls.append(ref)
        try:
            await self._talk(who)
            await self._ask(f"{self._base}/status", {**who, "CallStatus": "completed"}, 204)
        except NoAnswerError:
            self._tally.wrong["no answer at all"] += 1
        except DocumentError as error:
            self._tally.wrong[f"document: {error}"] += 1

    async def _talk(self, who: Mapping[str, str]) -> None:
        """From the ring to a hang-up of either side."""
        caller, line = self._dice.choice(_FROM), self._dice.choice(_TO)
        ring = {**who, "From": caller, "To": line, "CallStatus": "ringing"}
        document = await self._ask(f"{self._base}/voice", ring, 200)
        for _turn in range(MOST_TURNS):
            move = self._move(document)
            if not isinstance(move, Asks):
                return
            await pause(self._dice.uniform(0.0, THINKS_S))
            document = await self._ask(move.url, {**who, **dict(move.fields)}, 200)

    def _move(self, document: bytes) -> Next:
        """What comes of a document and this caller."""
        walk = Walk(document, 0)
        fate = self._dice.random()
        if fate < LEAVES:
            return Ends("hangup", 0)
        at_ms = min(walk.quiet_ms, walk.due_ms)
        for key in self._dice.choice(_ENTRIES) if fate > LEAVES + SILENT else "":
            found = walk.press(key, at_ms)
            if found is not None:
                return found
            at_ms += KEY_GAP_MS
        while (found := walk.tick(walk.due_ms)) is None:
            pass
        return found

    async def _ask(self, url: str, form: Mapping[str, str], wanted: int) -> bytes:
        """The document for a request, sent once, again, or twice at once."""
        request, fate = signed(url, form), self._dice.random()
        if fate < DOUBLED:
            two = (self._sent(self._connection, request), self._sent(self._second, request))
            answers = list(await asyncio.gather(*two))
        else:
            answers = [await self._sent(self._connection, request)]
            if fate < DOUBLED + REPEATED:
                answers.append(await self._sent(self._connection, request))
        self._tally.judge(url, answers, wanted)
        return answers[0][1]

    async def _sent(self, connection: Connection, request: bytes) -> tuple[int, bytes]:
        """Send until there is an answer."""
        began = time.perf_counter()
        while time.perf_counter() < began + GIVES_UP_AFTER_S:
            try:
                answer = await asyncio.wait_for(connection.post(request), ANSWERS_WITHIN_S)
            except TimeoutError:
                self._tally.wrong[f"no answer within {ANSWERS_WITHIN_S:g} s"] += 1
                connection.close()
            except OSError:
                self._tally.retried += 1
                await pause(RETRY_PAUSE_S)
            else:
                self._tally.longest_s = max(self._tally.longest_s, time.perf_counter() - began)
                return answer
        raise NoAnswerError
