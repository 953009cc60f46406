"""Planned surveys by telephone: the whole server, on virtual time, with simulated telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.tickets import TicketFilter
from tests.fakes.call_centre import Telephone
from tests.fakes.called_house import ALL, BOTH, CalledHouse, put_down

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    Open = Callable[..., Awaitable[CalledHouse]]

LANDLINE = "+902122220000"
TEN = ", at_once: 10"
LOW = """\
    low:
      when: default(answers.csat, 5) <= 2
      ticket: {kind: complaint}
"""


@pytest.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """Opens a house; `media` and `more` of its plan, `calls` of its configuration."""
    monkeypatch.chdir(tmp_path)
    made: list[CalledHouse] = []

    async def begin(media: str = "[voice]", calls: str = "", more: str = "") -> CalledHouse:
        made.append(await CalledHouse.open(put_down(tmp_path, media, calls, more)))
        return made[-1]

    yield begin
    for each in made:
        await each.close()


async def test_what_people_do_when_they_are_called(opened: Open) -> None:
    house = await opened("[voice, sms]", TEN)
    names = ("completes", "hangs_up", "halfway", "nine", "texts", "refuses")
    media: dict[str, tuple[str, ...]] = {"texts": ("sms",), "refuses": ()}
    them = {
        name: await house.person(f"+9053200000{n:02}", media=media.get(name, BOTH))
        for n, name in enumerate(names)
    }
    await house.says(them["refuses"].name, "voice", "opt_out")
    await house.wave()
    assert [name for name, phone in them.items() if phone.rings] == list(names[:4])
    for name, keys in {"completes": ALL, "hangs_up": "", "halfway": "14", "nine": "9"}.items():
        await house.answered(them[name], keys)
    them["hangs_up"].hang_up()
    them["halfway"].hang_up()
    await house.later(10)
    assert {name: await house.state(phone) for name, phone in them.items()} == {
        "completes": ("completed", "", "voice"),
        "hangs_up": ("sent", "", "sms"),  # he was there: not called again
        "halfway": ("partial", "", "voice"),
        "nine": ("opted_out", "", "voice"),
        "texts": ("sent", "", "sms"),
        "refuses": ("suppressed", "no_consent", "sms"),
    }
    assert await house.answers(them["completes"]) == {"csat": 5, "nps": 10}
    assert await house.answers(them["halfway"]) == {"csat": 4}
    said = [(row["medium"], row["status"]) for row in await house.house.rows_of("consent_event")]
    assert said[-2:] == [("voice", "opt_out"), ("sms", "opt_out")]
    assert await house.calls() == ["answered"] * 4
    assert not any(phone.talks for phone in them.values())
    row = (await house.served.rows())[0]
    assert (row.direction, row.outcome, row.ani) == ("outbound", "self_served", "+905320000000")


async def test_whom_nobody_reaches_is_called_three_times_and_then_written_to(
    opened: Open,
) -> None:
    house = await opened("[voice, sms]", TEN)
    away = await house.person(media=BOTH, there=False)
    silent = await house.person("+905322222222", media=BOTH)
    landline = await house.person(LANDLINE, media=BOTH)
    await house.wave()
    await house.answered(silent, "")
    await house.later(33)  # the landline rings in vain, the other lets the offer go by
    assert (await house.calls(away), await house.calls(landline)) == (["failed"], ["no_answer"])
    await house.later(2, seconds=58)
    assert await house.calls(silent) == ["silent"]
    assert [row["reached_at"] for row in await house.invitations()] == [None] * 3
    await house.later(3, hours=3, minutes=58)
    assert await house.calls(silent) == ["silent"]
    await house.later(3, minutes=10)
    await house.answered(silent, ALL)
    landline.hang_up()
    await house.later(3, hours=4, minutes=10)
    landline.hang_up()
    await house.later(3)
    assert await house.calls(landline) == ["no_answer", "failed", "failed"]
    assert await house.calls(away) == ["failed"] * 3
    assert await house.state(silent) == ("completed", "", "voice")
    assert await house.state(away) == ("sent", "", "sms")
    assert await house.state(landline) == ("missed", "not_answered", "voice")


async def test_calls_wait_for_the_hours_of_whom_they_are_for_and_end_with_their_wave(
    opened: Open,
) -> None:
    house = await opened(calls=", at_once: 2, hours: calling")
    phones = [await house.person(f"+9053200000{n:02}") for n in range(5)]
    await house.wave()
    assert _ringing(phones) == []
    due = {row["due_at"].isoformat() for row in await house.invitations()}
    assert due == {"2026-11-23T14:00:00+00:00"}
    await house.later(3, hours=7)
    first = _ringing(phones)
    assert len(first) == 2  # at a time
    await house.answered(first[0], ALL)
    await house.later(2)
    assert len(_ringing(phones)) == 2
    [wave] = await house.house.waves.list()
    await house.house.waves.stop(wave.id, "admin", house.clock.now())
    await house.later(3)
    assert _ringing(phones) == []
    assert await house.calls() == ["answered", "withdrawn", "withdrawn"]
    states = [await house.state(phone) for phone in phones]
    assert states.count(("suppressed", "plan_inactive", "voice")) == 4
    [wave] = await house.house.waves.list()
    assert wave.calls == {"answered": 1, "withdrawn": 2}


async def test_a_full_quota_calls_nobody_else(opened: Open) -> None:
    house = await opened(calls=TEN, more="    quota: {segment: {corporate: 1}}\n")
    phones = [await house.person(f"+9053200000{n:02}") for n in range(3)]
    await house.wave()
    [first] = _ringing(phones)
    await house.answered(first, ALL)
    await house.later(3, hours=2)
    assert await house.calls() == ["answered"]
    states = sorted([await house.state(phone) for phone in phones])
    assert states == [("completed", "", "voice"), *[("suppressed", "quota_full", "voice")] * 2]


async def test_a_low_score_given_to_a_call_of_ours_becomes_a_ticket_of_that_customer(
    opened: Open,
) -> None:
    house = await opened(calls=TEN, more=LOW)
    phone = await house.person()
    await house.wave()
    await house.answered(phone, "1110")
    await house.later(12)
    kept = house.served.server.house
    assert kept is not None
    [ticket] = (await kept.tickets.list(TicketFilter(kinds=("complaint",)))).rows
    [person] = await house.house.rows_of("customer")
    assert (ticket.customer, ticket.origin_key[:7]) == (person["public_id"], "survey:")


async def test_after_a_kill_whoever_was_being_called_is_not_called_at_once_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = put_down(tmp_path, calls=TEN)
    first = await CalledHouse.open(config)
    rings, talks = await first.person(), await first.person("+905322222222")
    intended = await first.person("+905323333333", there=False)
    await first.wave()
    await first.answered(talks, "14")
    [row] = [row for row in await first.invitations() if row["value_norm"] == intended.name]
    [made] = [
        c for c in await first.house.rows_of("survey_call") if c["invitation_id"] == row["id"]
    ]
    await first.set("survey_call", made["id"], result="", ended_at=None, call="NEVERBEGUN")
    await first.kill()
    house = await CalledHouse.open(config, first)
    phones = [Telephone(each.name, house.trunk).plug_in() for each in (rings, talks, intended)]
    await house.later(5)
    assert sorted(await house.calls()) == ["system"] * 3
    assert _ringing(phones) == []
    assert await house.state(talks) == ("partial", "", "voice")
    await house.later(3, hours=4)
    assert _ringing(phones) == [phones[0], phones[2]]
    assert [len(await house.calls(each)) for each in phones] == [2, 1, 2]
    await house.close()


async def test_too_many_calls_that_nobody_served_end_the_calls_of_the_day(opened: Open) -> None:
    house = await opened(calls=", at_once: 1")
    phones = [await house.person(f"+9053200000{n:02}") for n in range(2)]
    await house.wave()
    [first] = _ringing(phones)
    await house.answered(first, ALL)
    [call] = await house.house.rows_of("survey_call")
    await house.later(8)
    assert len(_ringing(phones)) == 1
    for phone in _ringing(phones):
        phone.hang_up()
    await house.set("survey_call", call["id"], abandoned=True)
    await house.later(3, hours=5)
    assert _ringing(phones) == []
    await house.later(3, hours=18)
    assert len(_ringing(phones)) == 1


def _ringing(phones: list[Telephone]) -> list[Telephone]:
    return [each for each in phones if each.rings]
