"""Rows from 140: strangers, scanners and floods; after each attack a friend's call is answered."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import NUMBER, answer_to, awhile, says_nothing
from tests.fakes.sip_served import PASSWORD
from tests.fakes.sip_siege import STRANGER, calls, memory_kb, pause, served_again

if TYPE_CHECKING:
    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCANNERS = Path(__file__).resolve().parents[4] / "shared" / "data" / "sip_scanners"


# strangers


@pytest.mark.parametrize("transport", ["UDP", "TCP"], ids=["udp", "tcp"])
async def test_row_140_strangers_get_silence_and_leave_no_trace(
    siege: Bench, transport: str
) -> None:
    before, core = await calls(siege), siege.sip.house.works["carrier"].stack.core
    assert core is not None
    sizes = core.sizes
    async with siege.phone(transport, trunk="carrier", host=STRANGER) as stranger:
        for method in ("OPTIONS", "INVITE", "REGISTER", "FOO", "BYE", "CANCEL"):
            body = stranger.sdp() if method == "INVITE" else ""
            stranger.send(stranger.request(method, stranger.dialog(NUMBER), body=body))
        stranger.send(
            stranger.request("OPTIONS", stranger.dialog("x")).replace("Length: 0", "L: 0")
        )
        await says_nothing(stranger)
    assert await calls(siege) == before
    assert core.sizes == sizes
    await siege.serves("carrier")


async def test_row_141_a_polite_trunk_forbids_all_alike(siege: Bench) -> None:
    async with siege.phone(trunk="polite", host=STRANGER) as stranger:
        for method in ("OPTIONS", "INVITE", "REGISTER", "FOO"):
            dialog = stranger.dialog(NUMBER)
            stranger.send(stranger.request(method, dialog))
            answer = await answer_to(stranger, dialog, method)
            assert answer.status == 403
            assert set(answer.headers) == set(stranger.heard[0].headers)
    await siege.serves("polite")


# scanners (scanners.json): what they send, without them


def scan(phone: SipPhone, method: str, user: str, number: int) -> str:
    """A message as the best known scanner writes it."""
    host, port = phone.server
    address = f'"{user}" <sip:{user}@{host}>'
    tag = f"{number:032x}"
    return "\r\n".join(
        [
            f"{method} sip:{user}@{host}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {phone.host}:{phone.sip_port};branch=z9hG4bK-{number:09d};rport",
            "Content-Length: 0",
            f"From: {address};tag={tag}",
            "Accept: application/sdp",
            "User-Agent: friendly-scanner",
            f"To: {address}",
            f"Contact: sip:{user}@{phone.host}:{phone.sip_port}",
            f"CSeq: 1 {method}",
            f"Call-ID: {number:020d}",
            "Max-Forwards: 70",
            "",
            "",
        ]
    )


def scanned(case: str) -> None:
    """Skip if the data folder does not know this scan."""
    known = SCANNERS / "scanners.json"
    if not known.exists():
        pytest.skip(f"no test data in {SCANNERS}")
    assert any(each["id"] == case for each in json.loads(known.read_text())["cases"])


@pytest.mark.parametrize(
    ("case", "method", "host"),
    [
        pytest.param("S01", "OPTIONS", "127.0.0.71", id="row_142_S01"),
        pytest.param("S02", "INVITE", "127.0.0.72", id="row_142_S02"),
        pytest.param("S05", "OPTIONS", "127.0.0.75", id="row_142_S05"),
    ],
)
@pytest.mark.parametrize("trunk", ["carrier", "office"])
async def test_scans_find_nothing(
    siege: Bench, case: str, method: str, host: str, trunk: str
) -> None:
    scanned(case)
    before = await calls(siege)
    async with siege.phone(trunk=trunk, host=host) as scanner:
        for number in range(100, 140):
            scanner.send(scan(scanner, method, str(number), number))
        await says_nothing_or(scanner, 407)
    assert await calls(siege) == before
    await siege.serves(trunk)


async def says_nothing_or(phone: SipPhone, status: int) -> None:
    """Silence, or this bare answer to fewer than 17 of all; nothing tells what we are."""
    await awhile(phone, lambda: len(phone.heard) > 16)
    assert len(phone.heard) <= 16
    assert {message.status for message in phone.heard} <= {status}
    told = {name for message in phone.heard for name in message.headers}
    assert not told & {"server", "user-agent", "allow"}


@pytest.mark.parametrize(
    ("case", "method", "host", "status"),
    [
        pytest.param("S03", "REGISTER", "127.0.0.73", 401, id="row_143_S03"),
        pytest.param("S04", "INVITE", "127.0.0.74", 407, id="row_143_S04"),
    ],
)
async def test_extensions_that_exist_and_that_do_not_look_alike(
    siege: Bench, case: str, method: str, host: str, status: int
) -> None:
    """105 exists."""
    scanned(case)
    before = await calls(siege)
    async with siege.phone(trunk="office", host=host) as scanner:
        for number in range(100, 300):
            scanner.send(scan(scanner, method, str(number), number))
        await scanner.until(lambda: len(scanner.heard) >= 16)
        await says_nothing(scanner, 16)
        answers = {message["call-id"][-3:]: message for message in scanner.heard}
    assert sorted(answers) == [str(number) for number in range(100, 116)]
    looks = {(m.status, tuple(m.headers), length_of(m)) for m in answers.values()}
    assert len(looks) == 1
    assert looks.pop()[0] == status
    assert await calls(siege) == before
    await siege.serves("office")


def length_of(message: object) -> int:
    """How long a message is, as it came."""
    return len(repr(message))


async def test_row_144_s06_guessing_a_password_is_stopped_after_ten(siege: Bench) -> None:
    scanned("S06")
    async with siege.phone(trunk="office", host="127.0.0.76") as scanner:
        scanner.user = "1000"
        dialog = scanner.dialog("1000")
        dialog.from_ = f"<sip:1000@127.0.0.4>;tag={scanner.sip_port}"
        dialog.to = "<sip:1000@127.0.0.4>"
        uri = "sip:127.0.0.4"
        scanner.send(scanner.request("REGISTER", dialog, uri=uri))
        asked = await answer_to(scanner, dialog, "REGISTER")
        for guess in range(1000, 1040):
            dialog.cseq += 1
            proof = scanner.proof(asked["www-authenticate"], "REGISTER", uri, str(guess))
            counted = proof.replace("nc=00000001", f"nc={dialog.cseq:08x}")
            extra = f"Authorization: {counted}"
            scanner.send(scanner.request("REGISTER", dialog, uri=uri, extra=extra))
        await says_nothing(scanner, 16)
        assert {message.status for message in scanner.heard} == {401}
        assert len(scanner.heard) <= 11
    async with siege.phone(trunk="office") as own:
        own.user = "1000"
        assert (await own.register(PASSWORD)).status == 200
        assert (await own.register(PASSWORD, expires=0)).status == 200
    await siege.serves("office")


# floods


async def test_row_145_a_flood_of_strangers_costs_no_memory_and_no_call(siege: Bench) -> None:
    """5,000 requests from 250 addresses at three doors; a friend calls in the middle of it."""
    cores = [works.stack.core for works in siege.sip.house.works.values()]
    sizes = [core.sizes for core in cores if core is not None]
    before, known = memory_kb(), await calls(siege)
    async with AsyncExitStack() as stack:
        senders = [
            await stack.enter_async_context(siege.phone(trunk=trunk, host=f"127.0.7.{number}"))
            for number in range(1, 251)
            for trunk in (("carrier", "office", "polite")[number % 3],)
        ]
        for burst in range(20):
            for number, sender in enumerate(senders):
                method = ("INVITE", "REGISTER", "OPTIONS")[burst % 3]
                sender.send(scan(sender, method, NUMBER, burst * 1000 + number))
            if burst == 10:
                await siege.serves("carrier")
            await pause(0)
        await siege.serves("office")
    assert [core.sizes["calls"] for core in cores if core is not None] == [
        each["calls"] for each in sizes
    ]
    grown = [core.sizes["transactions"] for core in cores if core is not None]
    assert sum(grown) - sum(each["transactions"] for each in sizes) < 20  # the friend's own
    assert memory_kb() - before < 50_000
    assert await calls(siege) == known + 2
    await siege.serves("carrier")


async def test_row_146_too_many_calls_of_a_trunk_are_told_to_come_later(siege: Bench) -> None:
    """60 at once where 20 a second may begin; the trunk is not shut out for it."""
    async with siege.phone(trunk="busy") as phone:
        dialogs = [phone.invite(NUMBER) for _ in range(60)]
        answers = [await answer_to(phone, dialog) for dialog in dialogs]
        taken = [answer for answer in answers if answer.status == 200]
        assert 10 <= len(taken) <= 30
        for answer in answers:
            if answer.status != 200:
                assert (answer.status, answer["retry-after"]) == (503, "5")
        for dialog, answer in zip(dialogs, answers, strict=True):
            branch = dialog.branch
            if answer.status == 200:
                phone.acknowledge(dialog, answer)
                await phone.bye(dialog)
            else:
                dialog.to = answer["to"]
                phone.send(phone.request("ACK", dialog, branch=branch))
    await served_again(siege, "busy")
