"""What only Request Tracker has; the rest is in test_conformance.py. All on the real one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from ivr.cti.adapters.far import FarPlace, FarRules
from ivr.cti.adapters.rt import ADAPTER, PRIORITIES, STATUSES
from ivr.tickets.states import TYPES
from tests.cti.adapters.conftest import ticket_out
from tests.fakes.request_tracker import BASIC

if TYPE_CHECKING:
    from tests.cti.adapters.conftest import FarBed
    from tests.fakes.request_tracker import RequestTracker

FIELD = "IVR number"


def make_field(tracker: RequestTracker) -> None:
    """The administrator has made a custom field for our number."""
    asked = {
        "Name": FIELD,
        "Type": "FreeformSingle",
        "LookupType": "RT::Queue-RT::Ticket",
    }
    made = send(tracker, "POST", "/REST/2.0/customfield", asked)
    # The newer API cannot say where a field is used, so its pages are asked as a person would.
    page = f"/Admin/CustomFields/Objects.html?id={made['id']}&AddCustomField-{made['id']}=0"
    urlopen(Request(f"{tracker.base}{page}&UpdateObjs=1&user=root&pass=password")).close()  # noqa: S310


def send(tracker: RequestTracker, method: str, path: str, body: object) -> dict[str, str]:
    headers = {"Authorization": BASIC, "Content-Type": "application/json"}
    request = Request(tracker.base + path, json.dumps(body).encode(), headers, method=method)  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310 - on loopback
        found: dict[str, str] = json.load(answer)
        return found


def test_every_type_of_state_and_priority_has_a_word() -> None:
    assert set(STATUSES) == set(TYPES)
    assert len(PRIORITIES) == 4


async def test_a_status_that_it_does_not_have_is_given_up_and_said(rt_bed: FarBed) -> None:
    tracker = rt_bed.far
    rt_bed.far.rules = replace(tracker.rules, status={"waiting_customer": "parked"})
    try:
        ticket = await rt_bed.desk.open(category="card")
        rt_bed.start()
        await rt_bed.quiet()
        await rt_bed.desk.change(ticket.number, status="waiting_customer")
        [dead] = await rt_bed.until("dead")
    finally:
        tracker.rules = FarRules(queue="General", people={"ayşe": "root"})
    assert dead.reason.startswith("it keeps its status new")


async def test_our_number_stands_in_a_custom_field_if_there_is_one(rt_bed: FarBed) -> None:
    tracker = rt_bed.far
    make_field(tracker)  # type: ignore[arg-type]
    rules = replace(tracker.rules, number_field=FIELD)
    place = FarPlace("far", rt_bed.between.target, tracker.headers, rules, rt_bed.clock)
    system = ADAPTER.open(place)
    ticket = ticket_out(f"9{tracker._seen:08}")  # type: ignore[union-attr]
    assert await system.find(ticket) is None
    made = await system.create(ticket)
    assert await system.find(ticket) == made
    [one] = await tracker.tickets()
    assert one.subject == ticket.subject
    await system.close()
