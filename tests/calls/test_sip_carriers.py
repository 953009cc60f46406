"""A carrier on loopback: our registration, calls in both directions, fail-over, transfers."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from tests.fakes.papers import Papers
from tests.fakes.sip_carrier import CARRIER, SipCarrier, TlsPhone
from tests.fakes.sip_phone import SipPhone
from tests.fakes.sip_served import SipServed, need_espeak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from tests.fakes.sip_phone import Dialog

    Start = Callable[..., Awaitable[SipServed]]

DESK = """
flow: desk
version: 1
languages: [en]
start: begin
uses: {places: [outside]}
rescue: {error: sorry}
nodes:
  begin:
    - transfer: outside
      kind: KIND
      ring: 10s
      busy: sorry
      noanswer: sorry
      failed: sorry
      DONE
  after:
    - hangup: bye
  sorry:
    - hangup: bye
"""
PROMPTS = """
bye: {en: "Goodbye."}
"""
NUMBER = "+902125550001"
OUTSIDE = f"number: '{NUMBER}', trunk: carrier"
FROM = f"from: [{CARRIER}/32]"
LOGIN = "login: {user: '9021255', password: '${file:hush}', register: true}"


@pytest.fixture
async def start(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    """Starts a server with the trunk `carrier` beside `phones`, and a flow that calls out by it."""
    monkeypatch.chdir(tmp_path)
    for word in ("hush", "wrong"):
        (tmp_path / word).write_text(word)
        (tmp_path / word).chmod(0o600)
    made: list[SipServed] = []

    async def begin(
        *servers: SipCarrier | str,
        more: str = "",
        kind: str = "bridge",
        by: str = FROM,
        place: str = OUTSIDE,
    ) -> SipServed:
        done = "done: after" if kind == "bridge" else ""
        flow = DESK.replace("KIND", kind).replace("DONE", done)
        if kind == "blind":
            flow = flow.replace("  after:\n    - hangup: bye\n", "")
        (tmp_path / "flows").mkdir(exist_ok=True)
        (tmp_path / "flows" / "desk.yaml").write_text(flow)
        (tmp_path / "flows" / "desk.prompts.yaml").write_text(PROMPTS)
        written = ", ".join(one if isinstance(one, str) else one.written for one in servers)
        trunk = f"""
  carrier:
    provider: sip
    listen: 127.0.0.1:0
    {by}
    servers: [{written}]
    {more}

numbers:
  "+908502229999": {{flow: desk, trunks: [carrier]}}"""
        places = f"places:\n  outside: {{{place}}}\n"
        changes = {"\nnumbers:": trunk, "places:\n": places}
        sounds = tmp_path_factory.getbasetemp() / "sounds"
        made.append(await SipServed.start(tmp_path, sounds, changes))
        return made[-1]

    yield begin
    for each in made:
        await each.close()


async def hangs_up(phone: SipPhone) -> None:
    """The server ends its call."""
    bye = await phone.wait(lambda m: m.method == "BYE" and not m.status)
    phone.reply(bye, 200)


async def test_a_caller_is_connected_to_a_number_by_the_carrier(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as carrier:
        sip = await start(carrier)
        async with sip.phone("5321112233") as caller:
            dialog = await caller.call("desk")
            leg = await carrier.picks_up()
            invite = carrier.asked("INVITE")[0]
            assert invite.start == f"INVITE sip:{NUMBER}@{CARRIER};user=phone SIP/2.0"
            assert "+905321112233@" in invite["from"]
            tone = bytes(range(160))

            def heard() -> bool:
                caller.send_rtp(dialog, tone)
                return any(packet.payload == tone for packet in carrier.rtp)

            await carrier.until(heard)
            carrier.on["BYE"] = carrier.accept
            await caller.bye(dialog)
            await carrier.next("BYE")
            assert leg.call_id == invite["call-id"]


async def test_a_call_of_the_carrier_finds_its_flow_by_the_number(start: Start) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier)
        carrier.server = sip.server
        dialog = await carrier.call("+908502229999")
        await carrier.next("INVITE")  # out again, to the place
        await carrier.bye(dialog)
        row = await sip.ended()
    assert (row.trunk, row.dnis) == ("carrier", "+908502229999")


async def test_the_called_side_hangs_up_and_the_caller_goes_on(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as carrier:
        sip = await start(carrier)
        async with sip.phone() as caller:
            await caller.call("desk")
            leg = await carrier.picks_up()
            await carrier.bye(leg)
            await hangs_up(caller)
    assert (await sip.ended()).outcome == "transferred"


@pytest.mark.parametrize("status", [401, 407])
async def test_a_carrier_that_wants_a_password_for_a_call_gets_it(
    start: Start, status: int
) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier, more="login: {user: '9021255', password: '${file:hush}'}")
        carrier.on["INVITE"] = carrier.asks_for_password(status)
        async with sip.phone() as caller:
            await caller.call("desk")
            second = await carrier.next("INVITE", 1)
        proof = second.get("authorization" if status == 401 else "proxy-authorization")
    assert 'username="9021255"' in proof
    carrier.user = "9021255"
    assert _digest(proof) == _expected(proof, "INVITE", "hush")
    assert second["cseq"] == "2 INVITE"


def _digest(proof: str) -> str:
    found = re.search(r'response="(\w+)"', proof)
    assert found, proof
    return found[1]


def _expected(proof: str, method: str, password: str) -> str:
    """The right answer to what the proof itself names (RFC 2617 3.2.2, MD5)."""
    named = dict(re.findall(r'(\w+)="?([^",]+)"?', proof))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    first = md5(f"{named['username']}:{named['realm']}:{password}")
    second = md5(f"{method}:{named['uri']}")
    middle = f"{named['nonce']}:{named['nc']}:{named['cnonce']}:{named['qop']}"
    return md5(f"{first}:{middle}:{second}")


async def test_a_carrier_gets_its_password_once_and_never_twice(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as carrier:
        sip = await start(carrier, more="login: {user: '9021255', password: '${file:wrong}'}")
        challenge = 'Proxy-Authenticate: Digest realm="carrier", nonce="n", qop="auth"'
        carrier.on["INVITE"] = carrier.says(407, "Who", challenge)
        async with sip.phone() as caller:
            await caller.call("desk")
            await hangs_up(caller)  # after the words for a call that failed
        assert len(carrier.asked("INVITE")) == 2


async def test_we_register_with_the_carrier_and_go_when_the_server_stops(start: Start) -> None:
    async with SipCarrier() as carrier:
        carrier.on["REGISTER"] = carrier.asks_for_password()
        sip = await start(carrier, more=LOGIN)
        first, second = await carrier.next("REGISTER"), await carrier.next("REGISTER", 1)
        assert first["call-id"] == second["call-id"]
        assert (first["cseq"], second["cseq"]) == ("1 REGISTER", "2 REGISTER")
        proof = second["authorization"]
        assert _digest(proof) == _expected(proof, "REGISTER", "hush")
        port = sip.server[1]
        assert second["contact"] == f"<sip:9021255@127.0.0.1:{port}>"
        assert second["to"] == f"<sip:9021255@{CARRIER}>"
        await sip.close()
        last = await carrier.next("REGISTER", 2)
        assert last["expires"] == "0"


async def test_a_carrier_that_wants_a_longer_registration_gets_it_at_once(start: Start) -> None:
    async with SipCarrier() as carrier:
        carrier.on["REGISTER"] = carrier.says(423, "Too Brief", "Min-Expires: 7200")
        await start(carrier, more=LOGIN)
        assert (await carrier.next("REGISTER"))["expires"] == "3600"
        assert (await carrier.next("REGISTER", 1))["expires"] == "7200"


async def test_servers_are_tried_in_order_until_one_serves(start: Start) -> None:
    """One refuses, one is silent, one is fine."""
    async with SipCarrier() as busy, SipCarrier("127.0.0.3") as mute, SipCarrier() as good:
        busy.on["INVITE"] = busy.says(503, "Busy", "Retry-After: 60")
        sip = await start(busy, mute, good, more="limits: {try: 500ms}")
        async with sip.phone() as caller, sip.phone() as second:
            await caller.call("desk")
            await good.picks_up()
            assert len(busy.asked("INVITE")) == 1
            branches = {
                one.asked("INVITE")[0]["via"].partition("branch=")[2] for one in (busy, mute, good)
            }
            assert len(branches) == 3
            await second.call("desk")
            await good.picks_up(1)
            assert len(busy.asked("INVITE")) == 1, "a server rests as long as it asked"


async def test_a_carrier_without_any_server_fails_the_transfer_at_once(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as busy:
        busy.on["INVITE"] = busy.says(503, "Busy", "Retry-After: 60")
        sip = await start(busy)
        async with sip.phone() as caller, sip.phone() as second:
            await caller.call("desk")
            await hangs_up(caller)
            await second.call("desk")
            await hangs_up(second)
            assert len(busy.asked("INVITE")) == 1, "a server rests as long as it asked"


async def test_a_redirection_is_followed_to_a_server_of_ours_only(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as first, SipCarrier("127.0.0.3") as other, SipCarrier() as strange:
        first.moved = f"sip:evil@{strange.written}>, <sip:{NUMBER}@{other.written}"
        first.on["INVITE"] = first.says(302, "Moved")
        sip = await start(first, other)
        async with sip.phone() as caller:
            await caller.call("desk")
            await other.picks_up()
        assert not strange.asked("INVITE")


async def test_redirections_are_followed_twice_at_most(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as first:
        first.on["INVITE"] = first.says(302, "Moved")
        sip = await start(first)
        async with sip.phone() as caller:
            await caller.call("desk")
            await hangs_up(caller)
        assert len(first.asked("INVITE")) == 3


async def test_a_caller_who_is_handed_over_leaves_us(start: Start) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier, kind="blind")
        carrier.server = sip.server
        dialog = await carrier.call("+908502229999")
        refer = await carrier.next("REFER")
        assert refer["refer-to"] == f"<sip:{NUMBER}@{CARRIER};user=phone>"
        carrier.reply(refer, 202, "Accepted")
        carrier.on["BYE"] = carrier.accept
        notifies(carrier, dialog, "SIP/2.0 100 Trying", "active")
        assert not carrier.asked("BYE")
        notifies(carrier, dialog, "SIP/2.0 200 OK", "terminated")
        await carrier.next("BYE")
    row = await sip.ended()
    assert row.outcome == "transferred"


async def test_a_caller_who_cannot_be_handed_over_goes_on_in_the_flow(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as carrier:
        sip = await start(carrier, kind="blind")
        carrier.server = sip.server
        dialog = await carrier.call("+908502229999")
        carrier.reply(await carrier.next("REFER"), 202, "Accepted")
        notifies(carrier, dialog, "SIP/2.0 603 Decline", "terminated")
        await carrier.until(lambda: any(p.payload != b"\xd5" * 160 for p in carrier.rtp))
        await carrier.next("BYE")


def notifies(carrier: SipCarrier, dialog: Dialog, fragment: str, state: str) -> None:
    """A NOTIFY about a transfer."""
    dialog.cseq += 1
    carrier.send(
        carrier.request(
            "NOTIFY",
            dialog,
            body=f"{fragment}\r\n",
            content="message/sipfrag;version=2.0",
            extra=f"Event: refer\r\nSubscription-State: {state}",
        )
    )


async def test_the_session_timer_is_the_one_of_the_trunk(start: Start) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier, more="limits: {session: 600s, session_min: 120s}")
        carrier.server = sip.server
        short = "Supported: timer\r\nSession-Expires: 100"
        carrier.invite("+908502229999", extra=short)
        refused = await carrier.response("INVITE", 422)
        assert refused["min-se"] == "120"
        carrier.heard.clear()
        dialog = carrier.invite("+908502229999", extra="Supported: timer\r\nSession-Expires: 130")
        answer = await carrier.response("INVITE")
        carrier.acknowledge(dialog, answer)
        assert answer["session-expires"] == "130;refresher=uac"
        assert answer["require"] == "timer"
        assert (await carrier.next("INVITE"))["session-expires"] == "600"


async def test_a_carrier_hears_by_options_that_we_live_and_that_we_are_leaving(
    start: Start,
) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier)
        carrier.server = sip.server
        carrier.send(carrier.request("OPTIONS", carrier.dialog("x")))
        assert (await carrier.response("OPTIONS")).status == 200
        carrier.heard.clear()
        await sip.served.server.drain()
        carrier.send(carrier.request("OPTIONS", carrier.dialog("x")))
        assert (await carrier.response("OPTIONS")).status == 503
        carrier.invite("+908502229999")
        refused = await carrier.response("INVITE")
        assert (refused.status, refused["retry-after"]) == (503, "5")


async def closed_port() -> str:
    """An address where nobody listens."""
    server = await asyncio.start_server(lambda _reader, _writer: None, CARRIER, 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"{CARRIER}:{port}"


async def test_a_server_that_refuses_the_connection_is_passed_over_at_once(start: Start) -> None:
    async with SipCarrier(transport="TCP") as good:
        away = await closed_port()
        sip = await start(away, good, more="transport: tcp\n    limits: {try: 30s}")
        async with sip.phone() as caller:
            dialog = await caller.call("desk")
            leg = await good.picks_up()
            invite = good.asked("INVITE")[0]
            assert "/TCP " in invite["via"]
            assert ";transport=tcp" in invite["contact"]
            good.on["BYE"] = good.accept
            await caller.bye(dialog)
            await good.next("BYE")
            assert leg.call_id == invite["call-id"]


async def test_a_carrier_calls_over_tcp_and_is_hung_up_on_its_connection(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as carrier:
        sip = await start(carrier)
        refuse = carrier.says(486, "Busy Here")
        carrier.on["INVITE"] = refuse
        async with SipPhone(sip.server, host=CARRIER, transport="TCP") as caller:
            await caller.call("+908502229999")
            await hangs_up(caller)
    assert (await sip.ended()).trunk == "carrier"


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    """Good for the carrier's address, and believed by this machine."""
    return Papers.write(tmp_path, CARRIER)


TLS = """listen_tls: "127.0.0.1:0"
    tls: {cert: certificate.pem, key: key.pem}
    """


async def test_a_carrier_calls_over_tls(start: Start, papers: Papers) -> None:
    need_espeak()
    async with SipCarrier() as carrier:
        sip = await start(carrier, more=TLS)
        carrier.on["INVITE"] = carrier.says(486, "Busy Here")
        address = ("localhost", sip.house.stacks[0].tls_port)
        async with TlsPhone(address, CARRIER, papers.certificate) as caller:
            await caller.call("+908502229999")
            await hangs_up(caller)
    assert (await sip.ended()).trunk == "carrier"


async def test_we_call_over_tls_whom_the_machine_believes(
    start: Start, papers: Papers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(papers.certificate))
    async with SipCarrier(transport="TLS", tls=papers.server()) as carrier:
        sip = await start(carrier, more=f"{TLS}transport: tls")
        async with sip.phone() as caller:
            await caller.call("desk")
            invite = await carrier.next("INVITE")
            port = sip.house.stacks[0].tls_port
            assert invite["contact"] == f"<sip:ivr@127.0.0.1:{port};transport=tls>"
            await carrier.picks_up()


async def test_a_tls_server_that_proves_nothing_gets_no_call(start: Start, papers: Papers) -> None:
    need_espeak()
    async with SipCarrier(transport="TLS", tls=papers.server()) as carrier:
        sip = await start(carrier, more=f"{TLS}transport: tls")
        async with sip.phone() as caller:
            await caller.call("desk")
            await hangs_up(caller)
        assert not carrier.asked("INVITE")


async def test_a_trunk_of_servers_alone_knows_what_comes_from_them(start: Start) -> None:
    """Without `from`: more answers than a stranger may send, their BYE, and calls of theirs."""
    need_espeak()
    async with SipCarrier() as carrier:
        sip = await start(carrier, by="")
        for number in range(3):
            async with sip.phone(f"u{number}") as caller:
                await caller.call("desk")
                leg = await carrier.picks_up(number)
                for _ in range(5):
                    carrier.send(carrier.request("OPTIONS", carrier.dialog("x")))
                await carrier.bye(leg)
                await hangs_up(caller)
        carrier.heard.clear()
        await carrier.call("+908502229999")
    assert [row.trunk for row in await sip.served.rows()] == [*["phones"] * 3, "carrier"]


async def test_a_sip_address_that_we_called_may_hang_up(start: Start) -> None:
    need_espeak()
    async with SipCarrier() as carrier, SipCarrier("127.0.0.3") as pbx:
        sip = await start(carrier, place=f"sip: 'sip:101@{pbx.written}'")
        async with sip.phone() as caller:
            await caller.call("desk")
            leg = await pbx.picks_up()
            assert pbx.asked("INVITE")[0].start == f"INVITE sip:101@{pbx.written} SIP/2.0"
            await pbx.bye(leg)
            await hangs_up(caller)


async def test_our_address_outside_is_written_where_far_ends_look(start: Start) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier, more="advertise: 203.0.113.10\n    rtp_ports: 21000-21999")
        carrier.server = sip.server
        carrier.invite("+908502229999")
        answer = await carrier.response("INVITE")
        port = sip.server[1]
        assert answer["contact"] == f"<sip:ivr@203.0.113.10:{port}>"
        address, rtp_port = answer.audio
        assert address == "203.0.113.10"
        assert 21000 <= rtp_port <= 21999
        invite = await carrier.next("INVITE")
        assert f"203.0.113.10:{port}" in invite["via"]
        assert "@203.0.113.10" in invite["from"]


@pytest.mark.parametrize("nat", [True, False])
async def test_behind_a_router_sound_goes_where_the_messages_come_from(
    start: Start, *, nat: bool
) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier, more=f"media: {{nat: {str(nat).lower()}}}")
        carrier.server = sip.server
        private = carrier.sdp().replace(f"IN IP4 {CARRIER}", "IN IP4 10.0.0.5")
        dialog = await carrier.call("+908502229999", body=private)
        if nat:
            await carrier.until(lambda: len(carrier.rtp) > 5)
        await carrier.bye(dialog)
        assert bool(carrier.rtp) == nat


async def test_keys_by_signalling_alone_are_asked_for_by_leaving_events_out(start: Start) -> None:
    async with SipCarrier() as carrier:
        sip = await start(carrier, more="media: {dtmf: info}\n    codecs: [pcmu]")
        carrier.server = sip.server
        carrier.invite("+908502229999")
        answer = await carrier.response("INVITE")
        assert "RTP/AVP 0\r" in answer.body
        assert "telephone-event" not in answer.body
