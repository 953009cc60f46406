"""Rows from 180: phones that register, through the whole server (section 6, RFC 3261 10.3)."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.fakes.sip_bench import answer_to, says_nothing
from tests.fakes.sip_page import Pages
from tests.fakes.sip_served import PASSWORD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import Dialog, Message, SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
WAYS = [("UDP", 0), ("TCP", 64), ("WS", 0)]


@asynccontextmanager
async def page_phone(siege: Bench) -> AsyncIterator[SipPhone]:
    """A phone in a page of the same trunk (RFC 7118)."""
    stack = siege.sip.house.works["office"].stack
    served = siege.sip.served
    pages = Pages(served.web.url, (stack.address.host, stack.port), served)
    async with await pages.phone("105", trunk="office") as made:
        yield made
    await pages.close()


@pytest_asyncio.fixture(loop_scope="module", params=WAYS, ids=["udp", "tcp", "ws"])
async def phone(siege: Bench, request: pytest.FixtureRequest) -> AsyncIterator[SipPhone]:
    """A phone of the user 105; what it registered is taken away in the end."""
    transport, piece = request.param
    by_page = transport == "WS"
    opened = page_phone(siege) if by_page else siege.phone(transport, piece, trunk="office")
    async with opened as made:
        made.user = "105"
        yield made
        line = Registering(made)
        await line.asks("Expires: 0", contact="*")


def granted_s(answer: Message) -> int:
    """What is left of a registration when its answer is written: a moment less than was given."""
    found = re.search("expires=([0-9]+)", answer["contact"])
    assert found is not None
    return int(found[1])


class Registering:
    """REGISTERs of one phone: one Call-ID, CSeq rising, a password for each."""

    def __init__(self, phone: SipPhone) -> None:
        self.phone = phone
        self.dialog: Dialog = phone.dialog("105")
        self.dialog.to = "<sip:105@127.0.0.4>"
        self.dialog.from_ = f"{self.dialog.to};tag=r{self.dialog.call_id[1:5]}"

    async def asks(
        self, extra: str = "", *, contact: str = "", password: str = PASSWORD
    ) -> Message:
        """The answer to a REGISTER with these lines, after the challenge; contact: another one."""
        challenge = await self.once(extra, contact)
        assert challenge.status == 401, challenge.start
        self.dialog.cseq += 1
        uri = "sip:127.0.0.4"
        offered = challenge["www-authenticate"]
        proof = self.phone.proof(offered, "REGISTER", uri, password)
        answer = await self.once(f"{extra}\r\nAuthorization: {proof}", contact)
        self.dialog.cseq += 1
        return answer

    async def once(self, extra: str, contact: str) -> Message:
        """The answer to one REGISTER as it is."""
        text = self.phone.request("REGISTER", self.dialog, uri="sip:127.0.0.4", extra=extra)
        if contact:
            text = re.sub(r"\r\nContact: [^\r]*", f"\r\nContact: {contact}", text)
        self.phone.send(text)
        return await answer_to(self.phone, self.dialog, "REGISTER")


def contacts(answer: Message) -> list[str]:
    """The addresses that are registered, as the answer lists them."""
    return [
        found
        for line in answer.headers.get("contact", [])
        for found in re.findall("<([^>]+)", line)
    ]


async def test_row_180_a_phone_registers_and_leaves(phone: SipPhone) -> None:
    line = Registering(phone)
    here = await line.asks("Expires: 120")
    assert here.status == 200
    assert contacts(here) == [phone.contact]
    assert granted_s(here) in {119, 120}
    gone = await line.asks("Expires: 0")
    assert gone.status == 200
    assert contacts(gone) == []


async def test_row_181_too_short_is_423_and_too_long_is_cut(phone: SipPhone) -> None:
    line = Registering(phone)
    short = await line.asks("Expires: 30")
    assert (short.status, short["min-expires"]) == (423, "60")
    long = await line.asks("Expires: 99999999999")
    assert long.status == 200
    assert granted_s(long) in {3599, 3600}
    assert granted_s(await line.asks()) in {299, 300}


async def test_row_182_the_star_stands_alone_and_with_expires_0(phone: SipPhone) -> None:
    line = Registering(phone)
    assert (await line.asks("Expires: 120")).status == 200
    assert (await line.asks("Expires: 120", contact="*")).status == 400
    both = f"*, <{phone.contact}>"
    assert (await line.asks("Expires: 0", contact=both)).status == 400
    assert contacts(await line.asks("Expires: 0", contact="*")) == []


async def test_row_183_an_old_cseq_is_500(phone: SipPhone) -> None:
    line = Registering(phone)
    line.dialog.cseq = 50
    assert (await line.asks("Expires: 120")).status == 200
    line.dialog.cseq = 20
    assert (await line.asks("Expires: 120")).status == 500


async def test_row_184_without_a_contact_it_is_a_question(phone: SipPhone) -> None:
    line = Registering(phone)
    await line.asks("Expires: 120")
    challenge = await line.once("", "")
    assert challenge.status == 401
    line.dialog.cseq += 1
    proof = phone.proof(challenge["www-authenticate"], "REGISTER", "sip:127.0.0.4", PASSWORD)
    extra = f"Authorization: {proof}"
    text = phone.request("REGISTER", line.dialog, uri="sip:127.0.0.4", extra=extra)
    phone.send(re.sub(r"\r\nContact: [^\r]*", "", text))
    answer = await answer_to(phone, line.dialog, "REGISTER")
    assert answer.status == 200
    assert contacts(answer) == [phone.contact]
    line.dialog.cseq += 1


async def test_row_185_three_contacts_and_no_more(phone: SipPhone) -> None:
    """A fourth takes the place of the oldest."""
    line = Registering(phone)
    made = [f"sip:105@127.0.0.1:{port}" for port in (7001, 7003, 7005, 7007)]
    for each in made:
        answer = await line.asks("Expires: 120", contact=f"<{each}>")
        assert answer.status == 200
    assert sorted(contacts(answer)) == made[1:]
    await line.asks("Expires: 0", contact="*")


async def test_row_186_a_wrong_password_and_an_unknown_user_look_alike(
    siege: Bench, phone: SipPhone
) -> None:
    line = Registering(phone)
    wrong = await line.asks("Expires: 120", password="no")  # noqa: S106 - wrong on purpose
    async with siege.phone(trunk="office") as other:
        other.user = "999"
        nobody = Registering(other)
        unknown = await nobody.asks("Expires: 120")
    assert wrong.status == unknown.status == 401
    assert list(wrong.headers) == list(unknown.headers)


async def test_row_187_who_registers_for_another_user_is_refused(phone: SipPhone) -> None:
    line = Registering(phone)
    line.dialog.to = "<sip:1000@127.0.0.4>"
    answer = await line.asks("Expires: 120")
    assert answer.status in {403, 404}
    line.dialog.to = "<sip:105@127.0.0.4>"


async def test_row_188_a_proof_counts_once(phone: SipPhone) -> None:
    line = Registering(phone)
    challenge = await line.once("Expires: 120", "")
    proof = phone.proof(challenge["www-authenticate"], "REGISTER", "sip:127.0.0.4", PASSWORD)
    line.dialog.cseq += 1
    extra = f"Expires: 120\r\nAuthorization: {proof}"
    assert (await line.once(extra, "")).status == 200
    line.dialog.cseq += 1
    assert (await line.once(extra, "")).status == 401
    line.dialog.cseq += 1
    await says_nothing(phone, len(phone.heard))
