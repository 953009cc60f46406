"""What people said, and whether they may be contacted, with the refusals that are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from ivr.domain.errors import NotValidError
from ivr.runtime.ports.compliance import ConsentNew
from ivr.store.tables import audit_log, contact_refused, outbox_event, text_message
from ivr.tickets.consent import Refusal, Wish
from tests.fakes.forgotten import PHONE, TYPED, _text
from tests.fakes.ticket_house import ISTANBUL

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.fakes.forgotten import Life


def _said(status: str = "opt_out", purpose: str = "service", **more: object) -> ConsentNew:
    new = ConsentNew(TYPED, "sms", purpose, status, "call", "çağrı 42")
    return replace(new, **more)  # type: ignore[arg-type]


def _wish(house: Life, purpose: str = "service", medium: str = "sms") -> Wish:
    return Wish(PHONE, medium, purpose, house.at, ISTANBUL)


async def test_the_latest_word_counts_and_everything_said_stays(house: Life) -> None:
    row = await house.consents.say(_said(), house.act())
    assert (row.value, row.status, row.at) == (PHONE, "opt_out", house.at)
    assert (await house.consents.may_contact(_wish(house))).refusal is Refusal.OPTED_OUT
    house.pool.later(hours=1)
    await house.consents.say(_said("opt_in"), house.act())
    assert (await house.consents.may_contact(_wish(house))).allowed
    assert [each.status for each in await house.consents.of(TYPED, "sms")] == ["opt_in", "opt_out"]


async def test_a_refusal_is_kept_with_its_reason_and_without_the_number(house: Life) -> None:
    await house.consents.say(_said(), house.act())
    await house.consents.may_contact(_wish(house))
    await house.consents.may_contact(_wish(house, "marketing"))
    await house.consents.may_contact(_wish(house, medium="voice"))
    rows = await house.store.database.read(lambda it: it.execute(select(contact_refused)).all())
    assert [row.reason for row in rows] == ["opted_out", "no_consent"]
    assert {len(row.value_hash) for row in rows} == {64}


async def test_other_systems_hear_of_it_and_the_log_has_no_number(house: Life) -> None:
    for status in ("opt_out", "opt_in"):
        await house.consents.say(_said(status), house.act())
    events = await house.store.database.read(lambda it: it.execute(select(outbox_event)).all())
    assert [(row.type, row.seq, PHONE in row.payload) for row in events] == [
        ("consent.changed", 1, True),
        ("consent.changed", 2, True),
    ]
    log = await house.store.database.read(lambda it: it.scalars(select(audit_log.c.body)).all())
    assert [PHONE[1:] in body for body in log] == [False, False]


async def test_a_block_of_the_provider_stops_everything_until_it_is_lifted(house: Life) -> None:
    await house.consents.say(_said(source="provider", purpose="service"), house.act())
    found = await house.consents.may_contact(_wish(house, "survey"))
    assert found.refusal is Refusal.BLOCKED_BY_PROVIDER


async def test_a_consent_for_marketing_counts_once_the_registry_knows_it(house: Life) -> None:
    row = await house.consents.say(_said("opt_in", "marketing"), house.act())
    refused = await house.consents.may_contact(_wish(house, "marketing"))
    assert refused.refusal is Refusal.REGISTRY_PENDING
    assert [each.id for each in await house.consents.to_register()] == [row.id]
    assert await house.consents.registered([row.id], house.act()) == 1
    assert await house.consents.registered([row.id], house.act()) == 0
    assert (await house.consents.may_contact(_wish(house, "marketing"))).allowed
    assert await house.consents.to_register() == []


async def test_what_was_sent_before_counts_for_how_often(house: Life) -> None:
    await house.consents.say(_said("opt_in", "survey"), house.act())
    sent = {**_text(house.at - timedelta(days=3)), "purpose": "survey", "state": "sent"}
    await house.store.database.change(lambda it: _keep(it, sent))
    found = await house.consents.may_contact(_wish(house, "survey"))
    assert found.refusal is Refusal.FREQUENCY
    assert found.from_at == house.at + timedelta(days=27)


def _keep(connection: Connection, row: dict[str, object]) -> None:
    connection.execute(insert(text_message).values(row))


@pytest.mark.parametrize(
    "wrong",
    [{"value": "x"}, {"medium": "smoke"}, {"purpose": "fun"}, {"status": "?"}, {"source": ""}],
)
async def test_what_nobody_can_have_said_is_refused(house: Life, wrong: dict[str, str]) -> None:
    with pytest.raises(NotValidError):
        await house.consents.say(_said(**wrong), house.act())
