"""Who sent a message: a carrier, a phone that proved its user, anyone on this machine, nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip import who
from ivr.channels.sip.wire.peers.auth import Account, Secrets, Visitor
from ivr.channels.sip.wire.peers.guard import REQUESTS, Gate
from ivr.channels.sip.wire.seams import Verdict
from ivr.channels.sip.wire.words import Flow, Terms
from tests.fakes.sip_rig import request, response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.channels.sip.wire.messages.message import Request
    from ivr.channels.sip.wire.peers.bindings import Bound, Gone

US = ("192.0.2.1", 5060)
CARRIER = Flow("udp", US, ("198.51.100.7", 5060))
PHONE = Flow("udp", US, ("192.0.2.7", 5062))
TERMS = Terms(600, 120)
PHONES = Gate("phones", (US,), registrar=True)
CALL = "sip:+908502220000@192.0.2.1"


class Kit:
    """A carrier's trunk and one where phones register."""

    def __init__(self, phones: Gate = PHONES) -> None:
        gates = (Gate("carrier", (US,), ("198.51.100.0/28",)), phones)
        entrances = [who.Entrance(gate, terms=TERMS) for gate in gates]
        self.changes: list[Bound | Gone] = []
        self.who = who.Identities(entrances, self.secrets, self.changes.extend, b"k", self.token)
        self.now = 0.0
        self._tokens = 0

    def token(self) -> str:
        self._tokens += 1
        return f"{self._tokens:032x}"

    def secrets(self, user: str) -> Secrets | None:
        return Secrets.of(user, "ivr", "hush") if user in ("bob", "carol") else None

    def ask(self, asked: Request, flow: Flow) -> Verdict:
        """What is said to a message that came this way."""
        self.now += 1
        assert self.who.lets_in(flow, self.now)
        return self.who.admit(asked, flow, self.now)

    def proven(
        self,
        method: str,
        flow: Flow,
        *,
        user: str = "bob",
        password: str = "hush",  # noqa: S107 - of a test
    ) -> Request:
        """A message that answers the challenge it got."""
        uri = CALL if method == "INVITE" else "sip:192.0.2.1"
        extra = [f"Contact: <sip:{user}@192.0.2.7:5062>", "Expires: 300"]
        challenged = self.ask(request(method, uri, user=user, extra=extra), flow)
        assert challenged.status in (401, 407)
        visitor = Visitor(Account(user, password), self.token)
        lines = [f"{name}: {value}" for name, value in challenged.headers]
        found = visitor.reply(response(challenged.status, lines), method, uri)
        assert found is not None
        return request(method, uri, user=user, extra=[*extra, f"{found[0]}: {found[1]}"])

    def register(self, user: str = "bob", flow: Flow = PHONE) -> None:
        asked = self.proven("REGISTER", flow, user=user)
        assert self.ask(asked, flow).trunk == "phones"
        assert self.who.register(asked, flow, self.now).status == 200


def test_a_carrier_is_known_by_its_network() -> None:
    kit = Kit()
    verdict = kit.ask(request("INVITE", CALL), CARRIER)
    assert (verdict.trunk, verdict.peer, verdict.terms) == ("carrier", "", TERMS)


def test_a_carrier_needs_no_password_to_try_to_register_and_may_not() -> None:
    kit = Kit()
    asked = request("REGISTER", "sip:192.0.2.1", user="bob")
    assert kit.ask(asked, CARRIER).trunk == "carrier"
    assert kit.who.register(asked, CARRIER, kit.now).status == 403


def test_a_stranger_is_asked_for_a_password_before_a_call_and_a_registration() -> None:
    kit = Kit()
    invite = kit.ask(request("INVITE", CALL), PHONE)
    register = kit.ask(request("REGISTER", "sip:192.0.2.1"), PHONE)
    assert (invite.status, register.status) == (407, 401)
    assert [name for name, _ in invite.headers] == ["Proxy-Authenticate"] * 2
    algorithms = [re.findall(r"algorithm=([\w-]+)", value)[0] for _, value in register.headers]
    assert algorithms == ["SHA-256", "MD5"]
    assert all('realm="ivr"' in value for _, value in register.headers)


@pytest.mark.parametrize("method", ["OPTIONS", "BYE", "SUBSCRIBE", "MESSAGE", "FOO"])
def test_a_stranger_hears_nothing_to_anything_else(method: str) -> None:
    assert Kit().ask(request(method, CALL), PHONE) == who.SILENCE


def test_strangers_may_be_told_so_in_one_word() -> None:
    gate = Gate("carrier", (US,), ("198.51.100.0/28",))
    entrance = who.Entrance(gate, forbids=True)
    found = who.Identities([entrance], lambda _user: None, lambda _all: None, b"k", lambda: "t")
    assert found.lets_in(PHONE, 0.0)
    assert found.admit(request("INVITE", CALL), PHONE, 0.0) == Verdict(status=403)


def test_who_proves_a_password_registers_and_is_known_by_its_flow() -> None:
    kit = Kit()
    kit.register()
    assert [change.binding.user for change in kit.changes] == ["bob"]
    verdict = kit.ask(request("INVITE", CALL, user="bob"), PHONE)
    assert (verdict.trunk, verdict.peer, verdict.status) == ("phones", "bob", 0)


def test_a_registration_is_renewed_with_a_password_only() -> None:
    kit = Kit()
    kit.register()
    again = kit.ask(request("REGISTER", "sip:192.0.2.1", user="bob"), PHONE)
    assert again.status == 401


def test_two_users_behind_one_flow_are_told_apart_by_their_names() -> None:
    kit = Kit()
    kit.register("bob")
    kit.register("carol")
    for user in ("bob", "carol"):
        assert kit.ask(request("INVITE", CALL, user=user), PHONE).peer == user
    assert kit.ask(request("INVITE", CALL, user="dave"), PHONE).peer in ("bob", "carol")


def test_a_phone_may_call_with_its_password_alone() -> None:
    kit = Kit()
    verdict = kit.ask(kit.proven("INVITE", PHONE), PHONE)
    assert (verdict.trunk, verdict.peer) == ("phones", "bob")
    assert kit.ask(request("ACK", CALL), PHONE).peer == "bob"  # and what follows is its own
    elsewhere = replace(PHONE, remote=("192.0.2.66", 5062))
    assert kit.ask(request("ACK", CALL), elsewhere) == who.SILENCE


def test_a_wrong_password_is_asked_again_and_written_down() -> None:
    kit = Kit()
    verdict = kit.ask(kit.proven("REGISTER", PHONE, password="wrong"), PHONE)  # noqa: S106
    assert (verdict.status, verdict.trunk) == (401, "")
    assert [event.event for event in kit.who.guard.take_events()] == ["sip_auth_failed"]


def test_who_guesses_too_often_hears_nothing_even_with_the_right_password() -> None:
    kit = Kit()
    for _ in range(10):
        guess = kit.proven("REGISTER", PHONE, password="wrong")  # noqa: S106
        assert kit.ask(guess, PHONE).status == 401
    assert kit.ask(kit.proven("REGISTER", PHONE), PHONE) == who.SILENCE
    assert kit.ask(kit.proven("REGISTER", PHONE, user="carol"), PHONE).trunk == "phones"


def test_a_flood_of_a_stranger_is_not_even_read() -> None:
    kit = Kit()
    found = [kit.who.lets_in(PHONE, 1.0) for _ in range(REQUESTS + 5)]
    assert found == [True] * REQUESTS + [False] * 5
    assert kit.who.lets_in(CARRIER, 1.0)


def test_on_an_open_trunk_a_password_is_for_registering_only() -> None:
    kit = Kit(replace(PHONES, is_open=True, listens=(("127.0.0.1", 5060),)))
    here = Flow("udp", ("127.0.0.1", 5060), ("127.0.0.1", 5062))
    assert kit.ask(request("INVITE", CALL), here).trunk == "phones"
    assert kit.ask(request("REGISTER", "sip:192.0.2.1"), here).status == 401


def test_only_so_many_proven_ways_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(who, "PROVEN_MOST", 2)
    kit = Kit()
    flows: Sequence[Flow] = [replace(PHONE, remote=("192.0.2.7", port)) for port in (1, 2, 3)]
    for flow in flows:
        kit.ask(kit.proven("INVITE", flow), flow)
    known = [kit.ask(request("ACK", CALL), flow).peer for flow in flows]
    assert known == ["", "bob", "bob"]


def test_a_phone_that_logs_off_in_a_call_may_still_hang_up() -> None:
    kit = Kit()
    kit.register()
    asked = kit.proven("REGISTER", PHONE)
    off = replace(asked)
    off.headers.set("Expires", "0")
    off.headers.set("Call-ID", "another")
    assert kit.ask(off, PHONE).trunk == "phones"
    assert kit.who.register(off, PHONE, kit.now).status == 200
    bye = request("BYE", CALL, user="bob", extra=[])
    bye.headers.set("To", f"<{CALL}>;tag=x")
    assert kit.ask(bye, PHONE).peer == "bob"


def test_another_name_in_from_buys_no_more_guesses() -> None:
    kit = Kit()
    for number in range(10):
        wrong = kit.proven("INVITE", PHONE, password="no")  # noqa: S106
        wrong.headers.set("From", f"<sip:x{number}@192.0.2.7>;tag=f1")
        assert kit.ask(wrong, PHONE).status == 407
    right = kit.proven("INVITE", PHONE)
    right.headers.set("From", "<sip:another@192.0.2.7>;tag=f1")
    assert kit.ask(right, PHONE) == who.SILENCE


def test_who_was_called_is_heard_in_that_call_and_opens_none() -> None:
    kit = Kit()
    pbx = Flow("udp", US, ("203.0.113.9", 5060))
    kit.who.guard.calls("carrier", "203.0.113.9")
    bye = request("BYE", CALL)
    bye.headers.set("To", f"<{CALL}>;tag=x")
    assert kit.ask(bye, pbx).trunk == "carrier"
    assert kit.ask(request("INVITE", CALL), pbx).status == 407
    assert kit.ask(request("OPTIONS", CALL), pbx) == who.SILENCE
    kit.register(flow=pbx)  # a phone behind the same address
    assert kit.ask(bye, pbx).peer == "bob"


def test_a_phone_goes_with_the_connection_that_it_registered_by() -> None:
    kit = Kit()
    way = Flow("tcp", US, ("192.0.2.7", 40_000), 3)
    kit.register(flow=way)
    kit.changes.clear()
    kit.who.lost(way, kit.now)
    assert [change.binding.user for change in kit.changes] == ["bob"]
    assert kit.who.registrar.targets("bob", kit.now) == ()
