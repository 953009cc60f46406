"""Two hundred random calls to the bank, and every byte they left searched for what is secret."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.app import Parts
from ivr.runtime import logs
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports import FetchResult
from tests.fakes.served import BANK, Served
from tests.fakes.twilio_recordings import none_begun
from tests.fakes.waiting import until_now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ivr.domain.values import Value
    from tests.fakes.twilio import FakeCall

CARD, PIN = "4532015112830366", "9753"
CALLERS = [f"+9053211122{n:02d}" for n in range(1, 8)]
CALLS, AT_ONCE = 200, 40
ASKS_CARD = ("kart numaranızı", "card number", "16 haneyi", "16 digits")
ASKS_PIN = ("telefon şifrenizi", "phone PIN")


@dataclass(slots=True)
class Moody:
    """Implements `Source`: slow, failing or missing by chance; remembers what it was told."""

    dice: random.Random
    record: Mapping[str, Value]
    told: list[Mapping[str, Value]] = field(default_factory=list)

    async def fetch(self, inputs: Mapping[str, Value], limit_s: float) -> FetchResult:
        """A record, nothing, or a failure; now and then late."""
        self.told.append(inputs)
        clock = SystemClock()
        took_s = min(limit_s, self.dice.choice([0, 0, 0, 0.05, 0.8]))
        await clock.sleep_until(clock.now() + timedelta(seconds=took_s))
        result = self.dice.choice(["found", "found", "found", "missing", "failed"])
        record = self.record if result == "found" else {}
        return FetchResult(result, record, "error" if result == "failed" else "")


async def random_call(call: FakeCall, dice: random.Random) -> None:
    """Keys, secrets, silence and hang-ups, as they come."""
    await call.ring()
    for _turn in range(8):
        try:
            await call.until_listening(60)
        except AssertionError:
            break
        act = dice.random()
        if act < 0.08:
            break
        if act < 0.18:
            await call.wait(dice.choice([4, 9, 20]))
        else:
            await call.press(_keys(call, dice))
    if not call.ended:
        await call.hang_up(times=dice.choice([1, 2]))


def _keys(call: FakeCall, dice: random.Random) -> str:
    last = call.words[-1] if call.words else ""
    if any(words in last for words in ASKS_CARD):
        return dice.choice([CARD, CARD + "#", CARD[:-1] + "7", CARD[:9] + "#"])
    if any(words in last for words in ASKS_PIN):
        return dice.choice([PIN, PIN, PIN[:2]])
    return dice.choice("1112220123456789*#")


def shapes(digits: str) -> Iterator[bytes]:
    """A number as it could be written somewhere."""
    raw = digits.encode()
    if len(digits) > 6:
        yield raw
        for gap in (" ", "-"):
            yield gap.join(digits[n : n + 4] for n in range(0, len(digits), 4)).encode()
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for skip, cut in ((0, 0), (1, 2), (2, 3)):
        whole = b"\0" * skip + raw
        yield base64.b64encode(whole)[cut : len(whole) * 8 // 6]
    if len(digits) > 6:
        yield digits.encode("utf-16-le")


def found(where: bytes, digits: str) -> list[bytes]:
    """The shapes of a number in these bytes; a short number counts as a whole word only."""
    hits = [shape for shape in shapes(digits) if len(shape) > 4 and shape in where]
    word = re.compile(rb"(?<![0-9A-Za-z+/=.])" + digits.encode() + rb"(?![0-9A-Za-z+/=])")
    return [*hits, *word.findall(where)]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, even at level debug."""
    root = logging.getLogger()
    handlers, level, stream = root.handlers[:], root.level, io.StringIO()
    logs.set_up("debug", logs.MASK, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_secrets_of_two_hundred_calls_are_nowhere(folder: Path, log: io.StringIO) -> None:
    dice = random.Random(7)  # noqa: S311 - chance that can be repeated
    customer: dict[str, Value] = {"id": "C-9", "name": "Ayşe Kaya", "vip": False}
    customer["balance"] = "1520.75"
    sources = {
        "customer": Moody(dice, customer),
        "card_block": Moody(dice, {}),
        "pin_check": Moody(dice, {"ok": True}),
    }
    served = await Served.start(folder / "config.yaml", Parts(sources=sources))
    none_begun(served)
    provider = served.provider()
    calls = [provider.call(dice.choice(CALLERS), BANK) for _n in range(CALLS)]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(call: FakeCall, seed: int) -> None:
        async with gate:
            await random_call(call, random.Random(seed))  # noqa: S311 - as above

    async with asyncio.timeout(45):
        await asyncio.gather(*(one(call, seed) for seed, call in enumerate(calls)))
    await until_now(lambda: not served.server.switch.calls)
    metrics = (await served.web.get("/metrics")).body
    rows = await served.rows()
    database = b"".join(path.read_bytes() for path in (folder / "var").glob("ivr.db*"))
    await served.close()
    database += b"".join(path.read_bytes() for path in (folder / "var").glob("ivr.db*"))

    assert len(rows) == CALLS
    assert [row.outcome for row in rows if row.outcome == "open"] == []
    asked = [str(one) for source in sources.values() for one in source.told]
    assert sum("•••" in one for one in asked) > 20, "too few secrets were keyed to find any"
    text = log.getvalue().encode()
    replies = b"".join(document for call in calls for document in call.documents)
    assert len(text) > 100_000
    nothing_sealed_in(log=text, metrics=metrics, replies=replies, database=database)
    nobody_named_in(text + metrics)


def nothing_sealed_in(**places: bytes) -> None:
    """Neither the card nor the PIN, in no shape."""
    for name, where in places.items():
        assert found(where, CARD) == [], name
        assert found(where, PIN) == [], name


def nobody_named_in(where: bytes) -> None:
    """No caller's number, with or without its country, and no name."""
    for caller in CALLERS:
        assert caller[1:].encode() not in where
        assert caller[3:].encode() not in where
    assert "Ayşe".encode() not in where


def test_the_search_would_find_what_it_looks_for() -> None:
    for shape in shapes(CARD):
        assert found(b"x" + shape + b"x", CARD)
    for hidden in (b'"9753"', b" 9753 ", base64.b64encode(b"..9753.."), b"9753".hex().encode()):
        assert found(hidden, PIN), hidden
    assert not found(b"12:00:00.9753 19753 97531 a9753", PIN)
