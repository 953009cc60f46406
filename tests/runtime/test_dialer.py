"""Whom agents may call from the desk, and when; the calls: tests/calls/test_dialling.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import (
    EndpointUnreachableError,
    IllegalTransitionError,
    NotFoundError,
    NotValidError,
)
from ivr.runtime.dialer import DestinationError, HoursError, NumberError, RateError
from tests.fakes.call_centre import CallCentre
from tests.fakes.dialling import NUMBER, dialer, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await opened(tmp_path)
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("hello", NumberError),
        ("12", NumberError),
        ("+4915112345678", DestinationError),
        ("0900 123 45 67", DestinationError),
    ],
)
async def test_some_numbers_are_not_dialled(
    centre: CallCentre, to: str, error: type[Exception]
) -> None:
    await centre.works("ayse")
    with pytest.raises(error):
        await dialer(centre).dial("ayse", to)
    assert centre.state("ayse") == "available"


async def test_nobody_is_called_at_night(centre: CallCentre) -> None:
    await centre.clock.leap(13 * 3600)  # 10:30 to 23:30
    await centre.works("ayse")
    with pytest.raises(HoursError):
        await dialer(centre).dial("ayse", NUMBER)


async def test_an_agent_dials_ten_times_a_minute_at_most(centre: CallCentre) -> None:
    await centre.works("ayse")
    calls = dialer(centre)
    for _call in range(10):
        await calls.dial("ayse", NUMBER)
        await centre.clock.advance(1)
        centre.phones["ayse"].hang_up()
        await centre.clock.advance(1)
    with pytest.raises(RateError):
        await calls.dial("ayse", NUMBER)
    await centre.clock.advance(60)
    await calls.dial("ayse", NUMBER)


async def test_an_agent_who_is_not_there_dials_nobody(centre: CallCentre) -> None:
    with pytest.raises(IllegalTransitionError, match="offline"):
        await dialer(centre).dial("ayse", NUMBER)
    with pytest.raises(NotFoundError):
        await dialer(centre).dial("nobody", NUMBER)
    await centre.works("ayse")
    centre.phones["ayse"].pull_the_plug()
    with pytest.raises((EndpointUnreachableError, IllegalTransitionError)):
        await dialer(centre).dial("ayse", NUMBER)


async def test_where_the_configuration_names_no_trunk_nobody_dials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    centre = await CallCentre.open(tmp_path)
    await centre.works("ayse")
    with pytest.raises(NotValidError):
        await dialer(centre).dial("ayse", NUMBER)
    await centre.close()
