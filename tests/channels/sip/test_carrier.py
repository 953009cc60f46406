"""Our side towards a carrier's servers: who lives, our registration, our password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip.carrier import Carrier
from ivr.channels.sip.wire.orders import Outside
from ivr.channels.sip.wire.words import Flow, Replied, ServerOut
from ivr.config.secrets import Secret
from ivr.config.sip import Login
from ivr.domain.errors import ChannelError
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import US, Rig, response, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FIRST, SECOND = ("198.51.100.1", 5060), ("198.51.100.2", 5070)


class Time:
    """Seconds that the test moves; the house's and the clock's alike."""

    def __init__(self, rig: Rig) -> None:
        self.now = 1000.0
        self.mute: set[tuple[str, int]] = set()
        self._answered = 0
        self._rig = rig
        rig.house.now = lambda: self.now  # type: ignore[method-assign]

    async def go(self, seconds: float) -> None:
        """In steps of a second, as the carrier looks."""
        for _ in range(int(seconds)):
            self.now += 1
            await self._rig.desk.clock.advance(1)
            self._answer_pings()

    def _answer_pings(self) -> None:
        """Every server that is not mute says 200 to OPTIONS; a mute one says nothing for long."""
        carrier = self._rig.works.carrier
        assert isinstance(carrier, Carrier)
        pings = asked(self._rig, "OPTIONS")
        for order in pings[self._answered :]:
            answer(self._rig, carrier, order, 408 if order.flow.remote in self.mute else 200)
        self._answered = len(pings)


async def begun(rig: Rig) -> tuple[Carrier, Time]:
    time = Time(rig)
    rig.works.carrier = carrier = Carrier(rig.works)
    rig.desk.tasks.start(carrier.run(), "carrier")
    await settle()
    return carrier, time


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """A trunk with two servers and a login that registers."""
    entry = settings(servers=["carrier.example", "198.51.100.2:5070"])
    login = Login.model_construct(user="90212", password=Secret("hush"), register_=True)
    made = await Rig.start(entry.model_copy(update={"login": login}))
    made.resolver.table["carrier.example"] = [FIRST]
    yield made
    made.works.carrier = None
    await made.close()


def asked(rig: Rig, method: str) -> list[Outside]:
    return [order for order in rig.ordered(Outside) if order.method == method]


def answer(rig: Rig, carrier: Carrier, order: Outside, status: int, *extra: str) -> None:
    told = response(status, extra) if status not in (408, 503) else None
    carrier.replied(Replied(order.name, order.method, status, told))


async def test_calls_go_to_the_servers_in_their_order(rig: Rig) -> None:
    carrier, _time = await begun(rig)
    targets = carrier.targets("sip:1@carrier.example")
    assert [one.flow.remote for one in targets] == [FIRST, SECOND]
    assert carrier.host == "carrier.example"


async def test_a_server_that_asks_for_rest_is_passed_over_so_long(rig: Rig) -> None:
    carrier, time = await begun(rig)
    flow = Flow("udp", (US, 5060), FIRST)
    carrier.rest(ServerOut("c", flow, 503, 20))
    carrier.rest(ServerOut("c", Flow("udp", (US, 5060), SECOND), 408, 20))
    assert [one.flow.remote for one in carrier.targets("sip:1@x")] == [SECOND]
    await time.go(21)
    assert [one.flow.remote for one in carrier.targets("sip:1@x")] == [FIRST, SECOND]


async def test_servers_that_do_not_answer_options_are_out_until_they_do(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    carrier, time = await begun(rig)
    time.mute = {FIRST}
    await time.go(70)
    assert [one.flow.remote for one in carrier.targets("sip:1@x")] == [SECOND]
    assert "sip_server" in caplog.messages
    time.mute = set()
    await time.go(34)
    assert {one.uri for one in asked(rig, "OPTIONS")} == {"sip:carrier.example"}
    assert [one.flow.remote for one in carrier.targets("sip:1@x")] == [FIRST, SECOND]


async def test_a_registration_is_renewed_at_four_fifths_of_its_time(rig: Rig) -> None:
    carrier, time = await begun(rig)
    (first,) = asked(rig, "REGISTER")
    assert first.flow.remote == FIRST
    assert ("Contact", f"<sip:90212@{US}:5060>") in first.headers
    assert ("Expires", "3600") in first.headers
    answer(rig, carrier, first, 200, f"Contact: <sip:90212@{US}:5060>;expires=100")
    await time.go(78)
    assert len(asked(rig, "REGISTER")) == 1
    await time.go(3)
    second = asked(rig, "REGISTER")[-1]
    assert (second.call_id, second.cseq) == (first.call_id, first.cseq + 2)


async def test_a_refused_registration_waits_an_hour(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    carrier, time = await begun(rig)
    answer(rig, carrier, asked(rig, "REGISTER")[0], 403)
    assert "sip_registration" in caplog.messages
    await time.go(120)
    assert len(asked(rig, "REGISTER")) == 1
    time.now += 3600
    await time.go(1)
    assert len(asked(rig, "REGISTER")) == 2


async def test_a_registration_that_wants_longer_is_asked_again_at_once(rig: Rig) -> None:
    carrier, time = await begun(rig)
    answer(rig, carrier, asked(rig, "REGISTER")[0], 423, "Min-Expires: 7200")
    await time.go(1)
    assert ("Expires", "7200") in asked(rig, "REGISTER")[-1].headers


async def test_the_registration_is_taken_away_at_the_end(rig: Rig) -> None:
    carrier, _time = await begun(rig)
    answer(rig, carrier, asked(rig, "REGISTER")[0], 200)
    carrier.stop()
    assert ("Expires", "0") in asked(rig, "REGISTER")[-1].headers


async def test_our_password_is_proven_to_our_servers_only(rig: Rig) -> None:
    carrier, _time = await begun(rig)
    challenge = response(407, ['Proxy-Authenticate: Digest realm="c", nonce="n", qop="auth"'])
    uri = "sip:1@carrier.example"
    known = carrier.credentials(challenge, "INVITE", uri, Flow("udp", (US, 5060), FIRST))
    assert known is not None
    assert known[0] == "Proxy-Authorization"
    stranger = Flow("udp", (US, 5060), ("203.0.113.66", 5060))
    assert carrier.credentials(challenge, "INVITE", uri, stranger) is None


async def test_without_a_login_no_challenge_is_answered() -> None:
    rig = await Rig.start(settings(servers=["[2001:db8::1]"]))
    carrier = Carrier(rig.works)
    challenge = response(401, ['WWW-Authenticate: Digest realm="c", nonce="n", qop="auth"'])
    flow = Flow("udp", (US, 5060), FIRST)
    assert carrier.credentials(challenge, "INVITE", "sip:1@x", flow) is None
    assert carrier.host == "[2001:db8::1]"
    await rig.close()


async def test_names_are_looked_up_again_and_a_failure_takes_no_server_away(rig: Rig) -> None:
    carrier, time = await begun(rig)
    rig.resolver.table["carrier.example"] = [("198.51.100.7", 5060)]
    await time.go(31)
    assert carrier.targets("sip:1@x")[0].flow.remote == ("198.51.100.7", 5060)
    rig.resolver.table = {"carrier.example": [], "198.51.100.2": []}
    await time.go(31)
    assert len(carrier.targets("sip:1@x")) == 2


async def test_a_redirection_counts_on_our_own_servers_only(rig: Rig) -> None:
    carrier, _time = await begun(rig)
    found = carrier.among(
        [
            "sip:a@carrier.example",
            "sip:b@198.51.100.2:5070",
            "sip:c@198.51.100.2:9999",
            "sip:d@evil.example",
            "tel:+88212345",
            "nonsense",
        ]
    )
    assert [one.uri for one in found] == ["sip:a@carrier.example", "sip:b@198.51.100.2:5070"]


async def test_a_server_whose_name_cannot_be_proven_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = settings(servers=["one.example", "two.example"])
    rig = await Rig.start(entry.model_copy(update={"transport": "tls"}))
    rig.resolver.table = {"one.example": [FIRST], "two.example": [FIRST]}

    def expect_name(remote: tuple[str, int], name: str) -> None:
        if rig.stack.names.setdefault(remote, name) != name:
            raise ChannelError("another name is expected there")

    rig.stack.expect_name = expect_name  # type: ignore[method-assign]
    carrier, _time = await begun(rig)
    assert [one.flow.remote for one in carrier.targets("sip:1@x")] == [FIRST]
    assert "sip_server_left_out" in caplog.messages
    rig.works.carrier = None
    await rig.close()


async def test_a_fault_of_ours_costs_one_look_and_not_the_trunk(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    looked = rig.resolver.servers

    async def fails(*_words: object) -> tuple[()]:
        rig.resolver.servers = looked  # type: ignore[method-assign]
        raise RuntimeError("a bug")

    rig.resolver.servers = fails  # type: ignore[method-assign, assignment]
    carrier, time = await begun(rig)
    assert "carrier_round_failed" in caplog.messages
    assert carrier.targets("sip:1@x") == ()
    await time.go(31)
    assert len(carrier.targets("sip:1@x")) == 2
