"""The server does what its description says, whatever is sent: no fault, no other shape.

Schemathesis makes requests from the OpenAPI document, the same ones each time, and compares each
answer with it. Every second one is about things that are there.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from ivr.runtime.ports.customers import Act, NewPoint
from ivr.web.rates import Rates
from tests.fakes.opinions import published
from tests.fakes.ticket_door import ticket_door

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.ticket_door import TicketDoor

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis")

EXAMPLES = {"POSITIVE": 3, "NEGATIVE": 1}
"""Requests for each operation: as it describes them, and otherwise."""
ENOUGH_S = 45.0
"""After this no further request is made that the document does not describe."""
LEFT_OUT = {"logout"}
"""Would end the session that all others are made in."""
LONGEST_QUERY = 7_000
"""What is longer is refused by the HTTP library, in its own words, before the API sees it."""
LONGEST_TEXT = 2_000
"""Schemathesis makes one pattern of a text's pattern and length, and compiles it again and again:
one of 100,000 letters took half of the time of this test, and is never made so long."""
ROLES = ("agent", "supervisor", "admin", "auditor")


async def things(house: TicketDoor) -> dict[str, Any]:
    """Parts of paths that lead to something."""
    at = house.desk.at
    await house.desk.add_call("C-1")
    owner = (await house.customer("all"))["id"]
    added = await house.customers.add_point(owner, NewPoint("phone", "05321112233"), Act("x", at))
    await house.good("PUT", "/products/M1", "all", {"name": "Model"})
    asset = {"product": "M1", "serial_no": "S-1"}
    asset = await house.good("POST", f"/customers/{owner}/assets", "all", asset)
    ticket = await house.ticket("all", customer=owner, category="card.lost", interaction="C-1")
    other = await house.ticket("all", category="card")
    clocks = await house.good("GET", f"/tickets/{ticket['number']}/clocks", "all")
    article = {"slug": "returns", "locale": "tr", "title": "Returns", "body": "Hand it in."}
    article = await house.good("POST", "/kb", "all", article)
    book = await published(house.desk.store.database, at)
    await book.answered(1, ("csat", 4), comment="İyi")
    return {
        "survey": "support",
        "flow": "desk",
        "switch": "branch",
        "alarm": "many",
        "article": article["id"],
        "ref": ticket["number"],
        "other": other["number"],
        "clock": clocks["items"][0]["id"],
        "customer": owner,
        "point": added.point.id,
        "code": "M1",
        "asset": asset["id"],
        "contact": "C-1",
        "call": "C-1",
        "name": "branch",
        "seq": 1,
    }


@pytest.mark.unmeasured
async def test_whatever_is_sent_the_server_answers_as_described(own_file: Path) -> None:
    async with ticket_door(own_file) as house:
        house.door.gate.rates = house.door.gate.public_rates = Rates(1e9, 10**9)
        await house.door.add("all", *ROLES, teams=("cards",))
        await house.door.sign_in("all")
        known = await things(house)
        document = shortened((await house.door.send("GET", "/openapi.json")).body)
        base = str(house.door.client.make_url("/"))
        headers = {**house.door.tokens["all"], "Sec-Fetch-Site": "same-origin"}
        wrong = await asyncio.to_thread(lambda: list(faults(document, base, headers, known)))
    assert wrong == []


def shortened(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """With no text longer than LONGEST_TEXT."""
    if isinstance(part, list):
        return [shortened(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {name: shortened(each) for name, each in part.items()}
    if isinstance(found.get("maxLength"), int):
        found["maxLength"] = min(found["maxLength"], LONGEST_TEXT)
    return found


def faults(
    document: dict[str, Any], base: str, headers: dict[str, str], known: dict[str, Any]
) -> Iterator[str]:
    """What is not as described, the first fault of each operation."""
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415
    from schemathesis import GenerationMode  # noqa: PLC0415
    from schemathesis.checks import not_a_server_error  # noqa: PLC0415
    from schemathesis.specs.openapi import checks  # noqa: PLC0415

    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
    operations = [
        each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations()
    ]
    enough = time.monotonic() + ENOUGH_S
    for mode, examples in EXAMPLES.items():
        quick = settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        for operation in operations:
            name = operation.definition.raw["operationId"]
            if name in LEFT_OUT or (mode == "NEGATIVE" and time.monotonic() > enough):
                continue

            def send(case: Any) -> None:  # noqa: ANN401 - a Case
                _lead_somewhere(case, known)
                case.headers = {**(case.headers or {}), **headers}
                case.cookies = {}
                if len(urlencode(case.query or {}, doseq=True)) > LONGEST_QUERY:
                    return
                case.call_and_validate(base_url=base, checks=wanted, timeout=20)

            cases = operation.as_strategy(generation_mode=GenerationMode[mode])
            run = seed(zlib.crc32(f"{mode} {name}".encode()))(quick(given(case=cases)(send)))
            try:
                run()
            except Exception as fault:
                yield f"{mode} {name}: {fault}"


def _lead_somewhere(case: Any, known: dict[str, Any]) -> None:  # noqa: ANN401 - a Case
    """Every second request is about what is there; which ones hangs on nothing but the request."""
    if zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode()) % 2:
        there = set(case.path_parameters or {}) & set(known)
        case.path_parameters.update({each: known[each] for each in there})
