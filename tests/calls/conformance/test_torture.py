"""The 13 valid messages of RFC 4475 through the whole server: the right answer, then a good call.

Each is sent with small additions only: `;rport` in the first Via of a datagram, without which the
answer goes to the port named there, and a letter after the first branch and the Call-ID, so that
the same message may come again by another way without being a repetition.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.sip_bench import Bench, awhile

pytestmark = pytest.mark.asyncio(loop_scope="module")
FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "sip_torture_valid"
_KNOWN = FOLDER / "expected.json"
CASES: list[dict[str, Any]] = json.loads(_KNOWN.read_text())["cases"] if _KNOWN.exists() else []
NAMES = [case["file"] for case in CASES] or ["none"]
STREAMS = [("TCP", 1), ("TCP", 7), ("TCP", 64)]
_VIA = re.compile(rb"(?im)^(?:via|v)[ \t]*:[ \t]*(?:[^,\r]|\r\n[ \t])+")
_BRANCH = re.compile(rb"(?i);[ \t\r\n]*branch[ \t]*=[ \t\r\n]*[^ ;,\r\t]+")
_CALL_ID = re.compile(rb"(?im)^(?:call-id|i)[ \t]*:[ \t]*\S+")
_CALLS = ("wsinv.dat", "longreq.dat", "semiuri.dat", "transports.dat", "lwsdisp.dat")


def case_of(name: str) -> tuple[bytes, str]:
    """The octets, and what is acceptable."""
    if name == "none":
        pytest.skip(f"no test data in {FOLDER}")
    case = next(case for case in CASES if case["file"] == name)
    return (FOLDER / name).read_bytes(), case["udp_uas_acceptable"]


def allows(words: str, status: int) -> bool:
    """Whether the list of the data says so: `[2xx,401]`, `never 400, 413 and 5xx`, `none`."""
    inside, _, never = words.partition("never")
    codes = re.findall(r"\d(?:\d\d|xx)|(?<!\d)\dxx", inside)
    refused = re.findall(r"\d(?:\d\d|xx)", never)
    fits = any(re.fullmatch(code.replace("x", r"\d"), str(status)) for code in codes) or not codes
    return fits and not any(re.fullmatch(c.replace("x", r"\d"), str(status)) for c in refused)


def another(data: bytes, letter: bytes) -> bytes:
    """The same message, but no repetition of one sent before."""
    for pattern in (_BRANCH, _CALL_ID):
        data = pattern.sub(rb"\g<0>" + letter, data, count=1)
    return data


async def heard_of(bench: Bench, data: bytes, transport: str, piece: int) -> list[int]:
    """The final statuses that came back; a call that began is left to itself."""
    async with bench.phone(transport, piece) as phone:
        phone.send(data)
        await awhile(phone, lambda: any(m.status >= 200 for m in phone.heard))
        return [message.status for message in phone.heard if message.status >= 200]


@pytest.mark.parametrize("name", NAMES)
async def test_row_130_torture_as_a_datagram(bench: Bench, name: str) -> None:
    data, words = case_of(name)
    before = await bench.store.interactions.recent(1000)
    heard = await heard_of(bench, _VIA.sub(rb"\g<0>;rport", data, count=1), "UDP", 0)
    if words.startswith("none"):
        assert heard == []
    else:
        assert len(set(heard)) == 1, heard
        assert allows(words, heard[0]), heard
    if name not in _CALLS:
        assert len(await bench.store.interactions.recent(1000)) == len(before)
    await bench.serves()


@pytest.mark.parametrize(("transport", "piece"), STREAMS, ids=["by_1", "by_7", "by_64"])
@pytest.mark.parametrize("name", NAMES)
async def test_row_131_torture_on_a_stream(
    bench: Bench, name: str, transport: str, piece: int
) -> None:
    data, words = case_of(name)
    data = another(data, str(piece).encode())
    heard = await heard_of(bench, data, transport, piece)
    if words.startswith("none"):
        assert heard == []
    else:
        assert heard
        assert all(allows(words, status) for status in heard), heard
    await bench.serves()
