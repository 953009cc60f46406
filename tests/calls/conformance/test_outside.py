"""Rows 21-31 and 67-70: requests outside calls, and where answers go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import answer_to

if TYPE_CHECKING:
    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
OUTSIDE = [
    pytest.param("OPTIONS", {200}, "", id="row_021"),
    pytest.param("FOO", {501}, "", id="row_022"),
    pytest.param("MESSAGE", {405}, "", id="row_023"),
    pytest.param("SUBSCRIBE", {405, 489}, "Event: presence", id="row_024"),
    pytest.param("NOTIFY", {481}, "Event: refer", id="row_025"),
    pytest.param("REGISTER", {401}, "", id="row_026"),  # this trunk has a registrar
    pytest.param("REFER", {481, 403, 603}, "Refer-To: <sip:keys@127.0.0.1>", id="row_027"),
    pytest.param("BYE", {481}, "", id="row_028"),
    pytest.param("UPDATE", {481}, "", id="row_029"),
    pytest.param("CANCEL", {481}, "", id="row_030"),
]


@pytest.mark.parametrize(("method", "statuses", "extra"), OUTSIDE)
async def test_outside_any_call(
    bench: Bench, caller: SipPhone, method: str, statuses: set[int], extra: str
) -> None:
    dialog = caller.dialog("keys")
    caller.send(caller.request(method, dialog, extra=extra))
    answer = await answer_to(caller, dialog, method)
    assert answer.status in statuses
    assert answer.to_tag
    if answer.status in {200, 405, 501}:
        assert {"INVITE", "ACK", "BYE", "CANCEL"} <= set(re.split(r",\s*", answer["allow"]))
    assert not {"server", "user-agent"} & set(answer.headers)


async def test_row_031_inside_a_call_that_never_was(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.dialog("keys")
    dialog.to += ";tag=nobody"
    for number, method in enumerate(("REFER", "BYE", "UPDATE", "INFO", "INVITE"), 1):
        dialog.cseq = number
        extra = "Refer-To: <sip:keys@127.0.0.1>" if method == "REFER" else ""
        caller.send(caller.request(method, dialog, extra=extra))
        assert (await answer_to(caller, dialog, method)).status in {481, 403, 603}
    await bench.serves()


async def test_row_067_what_we_cannot_do_but_must_is_420(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys", extra="Require: foo")
    answer = await answer_to(caller, dialog)
    assert answer.status == 420
    assert answer["unsupported"] == "foo"


async def test_row_068_record_route_is_copied_and_used(bench: Bench, caller: SipPhone) -> None:
    way = "" if caller.transport == "UDP" else ";transport=tcp"
    routes = [
        f"<sip:127.0.0.1:{caller.sip_port};lr{way}>",
        f'"far" <sip:far@127.0.0.1:{caller.sip_port};lr>;x="a,b"',
    ]
    extra = "\r\n".join(f"Record-Route: {route}" for route in routes)
    dialog = caller.invite("keys", extra=extra)
    answer = await bench.answers(caller, dialog)
    assert answer.headers["record-route"] == routes
    caller.press(dialog, "1#")
    bye = await caller.wait(lambda m: m.method == "BYE" and not m.status)
    assert len(re.findall(r"<sip:", ",".join(bye.headers["route"]))) == 2
    assert bye["route"].startswith(routes[0])
    caller.reply(bye, 200)


async def test_row_069_rport_is_filled(bench: Bench, caller: SipPhone) -> None:
    dialog = caller.invite("keys")
    answer = await bench.answers(caller, dialog)
    assert f"rport={caller.sip_port}" in answer["via"]
    assert "received=127.0.0.1" in answer["via"]
    await caller.bye(dialog)


async def test_row_070_answers_go_to_the_source_whatever_the_via_names(
    bench: Bench, caller: SipPhone
) -> None:
    dialog = caller.dialog("keys")
    invite = caller.request("INVITE", dialog, body=caller.sdp())
    named = f"{caller.transport} 127.0.0.1:{caller.sip_port}"
    caller.send(invite.replace(named, f"{caller.transport} 192.0.2.99:5999"))
    answer = await bench.answers(caller, dialog)
    assert "192.0.2.99:5999" in answer["via"]
    assert "received=127.0.0.1" in answer["via"]
    await caller.bye(dialog)
