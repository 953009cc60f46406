"""How the customer of a ticket is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.cti.letters.addressing import Addressing
from ivr.runtime.ports.customers import Act, NewPoint

if TYPE_CHECKING:
    from tests.cti.letters.conftest import Letters


def addressing(letters: Letters) -> Addressing:
    """Over the accounts of the office."""
    office = letters.office
    return Addressing(office.intake, office.customers, office.accounts)


async def test_who_wrote_is_answered_where_he_wrote_from(letters: Letters) -> None:
    way = await addressing(letters).way(await letters.ticket())
    assert way is not None
    assert (way.medium, way.to, way.account) == ("email", "ali@example.com", "out")
    assert way.answerable


async def test_he_says_himself_where_he_wants_answers(letters: Letters) -> None:
    refs = {"reply_to": "ali@home.example", "answerable": False}
    way = await addressing(letters).way(await letters.ticket(mail={"refs": refs}))
    assert way is not None
    assert (way.to, way.answerable) == ("ali@home.example", False)


async def test_what_the_ticket_says_comes_before_that(letters: Letters) -> None:
    ticket = await letters.ticket(
        mail={"refs": {"reply_to": "eve@example.com"}}, new_customer="Ali Işık"
    )
    way = await addressing(letters).way(ticket)
    assert way is not None
    assert (way.to, way.customer and way.customer.full_name) == ("ali@example.com", "Ali Işık")


async def test_a_call_is_answered_as_a_text_and_what_is_written_about_it_not_at_all(
    letters: Letters,
) -> None:
    whose = await letters.pool.known()
    ticket = await letters.pool.open(customer=whose)
    assert await addressing(letters).way(ticket) is None
    act = Act("ayşe", letters.pool.at)
    await letters.pool.customers.add_point(whose, NewPoint("phone", "05321112233"), act)
    way = await addressing(letters).way(ticket)
    assert way is not None
    assert (way.medium, way.to) == ("sms", "+905321112233")
    assert await addressing(letters).way(ticket, written=True) is None
    row = await letters.pool.customers.get(whose)
    await letters.pool.customers.change(whose, row.version, {"pref_medium": "email"}, act)
    liked = await addressing(letters).way(ticket, written=True)
    assert liked is not None
    assert (liked.medium, liked.to) == ("email", "ali@example.com")


async def test_the_account_is_that_of_the_mail_then_of_the_team(letters: Letters) -> None:
    ask = addressing(letters)
    cards = await letters.ticket(mail={"account": "web"}, category="C-1")
    assert ask.account(cards, None) == "cards"
    billing = await letters.ticket(mail={"account": "web"}, category="billing")
    assert ask.account(billing, None) == "out"
    origin = await letters.pool.intake.origin((await letters.ticket(category="C-1")).number)
    assert ask.account(cards, origin) == "out"
    assert Addressing(letters.pool.intake, letters.pool.customers, {}).account(cards, None) == ""
