"""Calling somebody from the desk: agents only, and each refusal has its own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError
from ivr.runtime.dialer import DestinationError, HoursError, NumberError, RateError

if TYPE_CHECKING:
    from tests.fakes.door import Door

TO = {"to": "0532 111 22 33"}


class Telephone:
    """Implements `Dials`. refuses: what is raised instead of a call."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, str]] = []
        self.refuses: Exception | None = None

    async def dial(self, agent: str, to: str) -> str:
        if self.refuses is not None:
            raise self.refuses
        self.dialled.append((agent, to))
        return "C1"


@pytest.fixture
def telephone(door: Door) -> Telephone:
    made = Telephone()
    object.__setattr__(door.parts, "dials", made)
    return made


async def test_an_agent_calls_somebody_and_it_is_written_down(
    door: Door, telephone: Telephone
) -> None:
    answer = await door.send("POST", "/dial", "ayse", TO)
    assert (answer.status, answer.body) == (201, {"call": "C1"})
    assert telephone.dialled == [("ayse", TO["to"])]
    (row,) = await door.store.audit.recent(1)
    assert (row.who, row.what) == ("ayse", "dial")
    assert "111" not in row.about


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NumberError("x"), 422, "number"),
        (DestinationError("x"), 403, "destination"),
        (HoursError("x"), 403, "hours"),
        (RateError("x"), 429, "rate"),
        (IllegalTransitionError("x"), 409, "illegal-transition"),
    ],
)
async def test_each_refusal_says_why(
    door: Door, telephone: Telephone, error: Exception, status: int, code: str
) -> None:
    telephone.refuses = error
    answer = await door.send("POST", "/dial", "ayse", TO)
    assert (answer.status, answer.body["code"]) == (status, code)


async def test_who_is_no_agent_calls_nobody(door: Door, telephone: Telephone) -> None:
    assert (await door.send("POST", "/dial", "deniz", TO)).status == 403
    assert (await door.send("POST", "/dial", "sule", TO)).status == 403
    assert telephone.dialled == []


@pytest.mark.parametrize("body", [{}, {"to": ""}, {"to": "1", "x": 1}])
async def test_a_body_that_names_nobody_is_refused(
    door: Door, telephone: Telephone, body: dict[str, object]
) -> None:
    assert (await door.send("POST", "/dial", "ayse", body)).status == 422
    assert telephone.dialled == []


async def test_a_server_that_calls_nobody_says_so(door: Door) -> None:
    assert (await door.send("POST", "/dial", "ayse", TO)).status == 422
