"""The list of phones: every rule of the registrar."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.sip.wire.messages.message import Request, Response, parse, render
from ivr.channels.sip.wire.peers.bindings import Bound, Gone
from ivr.channels.sip.wire.peers.registrar import Change, Registrar
from ivr.channels.sip.wire.words import Flow

UDP = Flow("udp", ("203.0.113.10", 5060), ("198.51.100.7", 40000))
OTHER = Flow("udp", ("203.0.113.10", 5060), ("198.51.100.8", 40000))
TCP = Flow("tcp", ("203.0.113.10", 5060), ("198.51.100.7", 41000), 5)
PROXY = Flow("udp", ("203.0.113.10", 5060), ("198.51.100.1", 5060))
PHONE = "<sip:ayse@192.168.1.7:5062>"
_call_ids = count(1)


def register(
    *contacts: str, cseq: int = 1, call_id: str = "", user: str = "ayse", more: tuple[str, ...] = ()
) -> Request:
    lines = [
        "REGISTER sip:ivr.example SIP/2.0",
        "Via: SIP/2.0/UDP 192.168.1.7:5062;branch=z9hG4bK1",
        f"From: <sip:{user}@ivr.example>;tag=1",
        f"To: <sip:{user}@ivr.example>",
        f"Call-ID: {call_id or next(_call_ids)}",
        f"CSeq: {cseq} REGISTER",
        *(f"Contact: {contact}" for contact in contacts),
        *more,
        "",
        "",
    ]
    request = parse("\r\n".join(lines).encode())
    assert isinstance(request, Request)
    return request


@pytest.fixture
def book() -> Registrar:
    return Registrar(lambda: "tag", lambda flow: flow == PROXY)


def put(
    book: Registrar, request: Request, flow: Flow = UDP, now: float = 0.0, user: str = "ayse"
) -> tuple[Response, list[Change]]:
    response, changes = book.handle(request, user, flow, now)
    assert render(response)
    return response, changes


def listed(response: Response) -> list[str]:
    return response.headers.all("Contact")


def uris(book: Registrar, now: float = 0.0, user: str = "ayse") -> list[str]:
    return [binding.contact for binding in book.targets(user, now)]


def test_a_phone_registers_for_five_minutes_and_is_listed(book: Registrar) -> None:
    response, [change] = put(book, register(PHONE))
    assert response.status == 200
    assert response.to.tag == "tag"
    assert listed(response) == ["<sip:ayse@192.168.1.7:5062>;expires=300"]
    assert isinstance(change, Bound)
    assert change.before is None
    assert change.binding.flow == UDP
    assert change.binding.user == "ayse"
    assert book.due() == 300.0


def test_all_live_phones_are_told_and_those_of_a_user_who_is_no_more_go(book: Registrar) -> None:
    put(book, register(PHONE))
    put(book, register("<sip:veli@192.168.1.8>", user="veli"), OTHER, now=100.0, user="veli")
    assert [one.user for one in book.live(299.0)] == ["ayse", "veli"]
    assert [one.user for one in book.live(300.0)] == ["veli"]
    assert [(gone.binding.user, gone.why) for gone in book.dismiss("veli")] == [("veli", "removed")]
    assert book.dismiss("veli") == []
    assert book.targets("veli", 101.0) == ()


def test_a_request_without_contact_asks_for_the_list(book: Registrar) -> None:
    put(book, register(PHONE))
    response, changes = put(book, register(), now=10.0)
    assert listed(response) == ["<sip:ayse@192.168.1.7:5062>;expires=290"]
    assert changes == []


@pytest.mark.parametrize(
    ("contact", "header", "granted_s"),
    [
        (PHONE, (), 300),
        (PHONE, ("Expires: 120",), 120),
        (PHONE + ";expires=90", ("Expires: 120",), 90),
        (PHONE, ("Expires: 60",), 60),
        (PHONE, ("Expires: 7200",), 3600),
        (PHONE + ";expires=99999999999999999999", (), 3600),
        (PHONE, ("Expires: 99999999999999999999",), 3600),
        (PHONE + ";expires", ("Expires: 0060",), 60),
    ],
)
def test_the_time_granted_is_between_one_minute_and_one_hour(
    book: Registrar, contact: str, header: tuple[str, ...], granted_s: int
) -> None:
    response, _ = put(book, register(contact, more=header))
    assert listed(response)[0].endswith(f";expires={granted_s}")


@pytest.mark.parametrize(
    ("contact", "header"), [(PHONE, "Expires: 59"), (PHONE + ";expires=1", "Expires: 600")]
)
def test_less_than_a_minute_is_423_with_the_least(
    book: Registrar, contact: str, header: str
) -> None:
    response, changes = put(book, register(contact, more=(header,)))
    assert (response.status, response.headers.get("Min-Expires")) == (423, "60")
    assert changes == []
    assert uris(book) == []


@pytest.mark.parametrize(
    ("contacts", "header", "status"),
    [
        ((PHONE + ";expires=x",), (), 400),
        ((PHONE + ";expires=-1",), (), 400),
        (("<tel:+902125550000>",), (), 400),
        (("<sip:a@b?Subject=x>",), (), 400),
        (("<mailto:a@b>",), (), 400),
        (("<sip:a@b",), (), 400),
        (("*",), (), 400),
        (("*",), ("Expires: 60",), 400),
        (("*", PHONE), ("Expires: 0",), 400),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    book: Registrar, contacts: tuple[str, ...], header: tuple[str, ...], status: int
) -> None:
    put(book, register("<sip:ayse@192.168.1.9>"))
    response, changes = put(book, register(*contacts, more=header))
    assert response.status == status
    assert changes == []
    assert uris(book) == ["sip:ayse@192.168.1.9"]


def test_nobody_registers_for_another_user(book: Registrar) -> None:
    response, changes = put(book, register(PHONE, user="fatma"))
    assert (response.status, changes) == (403, [])
    odd = register(PHONE)
    odd.headers.set("To", "<mailto:ayse@x>")
    assert put(book, odd)[0].status == 416


def test_expires_0_takes_one_phone_away_a_star_takes_all(book: Registrar) -> None:
    put(book, register(PHONE))
    put(book, register("<sip:ayse@192.168.1.8>"))
    response, [gone] = put(book, register(PHONE + ";expires=0"))
    assert isinstance(gone, Gone)
    assert gone.why == "removed"
    assert listed(response) == ["<sip:ayse@192.168.1.8>;expires=300"]
    put(book, register(PHONE))
    response, changes = put(book, register("*", more=("Expires: 0",)))
    assert len(changes) == 2
    assert listed(response) == []
    assert uris(book) == []
    assert book.due() is None


def test_taking_away_what_is_not_there_is_no_news(book: Registrar) -> None:
    assert put(book, register(PHONE, more=("Expires: 0",)))[1] == []
    assert put(book, register("*", more=("Expires: 0",)))[1] == []


def test_an_older_request_of_the_same_phone_is_500_and_undoes_nothing(book: Registrar) -> None:
    put(book, register(PHONE, cseq=5, call_id="a"))
    for cseq in (4, 5):
        for request in (
            register(PHONE + ";expires=0", cseq=cseq, call_id="a"),
            register("*", cseq=cseq, call_id="a", more=("Expires: 0",)),
        ):
            response, changes = put(book, request)
            assert (response.status, changes) == (500, [])
    assert put(book, register(PHONE, cseq=6, call_id="a"))[0].status == 200
    assert put(book, register(PHONE, cseq=1, call_id="b"))[0].status == 200


def test_all_contacts_of_a_request_or_none(book: Registrar) -> None:
    put(book, register(PHONE, cseq=5, call_id="a"))
    response, changes = put(book, register("<sip:new@h>", PHONE, cseq=5, call_id="a"))
    assert (response.status, changes) == (500, [])
    response, changes = put(book, register("<sip:new@h>, <sip:b@h>;expires=5"))
    assert (response.status, changes) == (423, [])
    assert uris(book) == ["sip:ayse@192.168.1.7:5062"]


def test_the_same_phone_again_replaces_its_binding(book: Registrar) -> None:
    put(book, register(PHONE))
    spelled = "<sip:ayse@192.168.1.7:5062;transport=UDP>"
    _, [change] = put(book, register(spelled), OTHER, 100.0)
    assert isinstance(change, Bound)
    assert change.before
    assert change.before.flow == UDP
    assert [binding.flow for binding in book.targets("ayse", 100.0)] == [OTHER]
    assert book.owners(UDP, 100.0) == ()
    assert book.owners(OTHER, 100.0) == ("ayse",)
    assert book.due() == 400.0


def test_an_instance_is_one_phone_wherever_it_moves(book: Registrar) -> None:
    instance = ';+sip.instance="<urn:uuid:1>"'
    put(book, register(PHONE + instance))
    response, [change] = put(book, register("<sip:ayse@10.0.0.9>" + instance), TCP)
    assert isinstance(change, Bound)
    assert change.before
    assert listed(response) == [f"<sip:ayse@10.0.0.9>{instance};expires=300"]


def test_a_fourth_phone_replaces_the_one_that_registered_longest_ago(book: Registrar) -> None:
    for number in (1, 2, 3):
        put(book, register(f"<sip:ayse@10.0.0.{number}>"), now=float(number))
    put(book, register("<sip:ayse@10.0.0.1>"), now=4.0)
    _, changes = put(book, register("<sip:ayse@10.0.0.4>"), now=5.0)
    assert [type(change) for change in changes] == [Bound, Gone]
    gone = changes[1]
    assert isinstance(gone, Gone)
    assert (gone.binding.contact, gone.why) == ("sip:ayse@10.0.0.2", "replaced")
    assert uris(book, 5.0) == ["sip:ayse@10.0.0.4", "sip:ayse@10.0.0.1", "sip:ayse@10.0.0.3"]


def test_a_phone_that_does_not_renew_is_gone(book: Registrar) -> None:
    put(book, register(PHONE))
    assert book.expired(299.9) == []
    [gone] = book.expired(300.0)
    assert gone.why == "expired"
    assert book.due() is None
    assert uris(book) == []
    assert book.owners(UDP, 0.0) == ()


def test_an_ended_binding_is_not_used_before_it_is_swept(book: Registrar) -> None:
    put(book, register(PHONE))
    assert uris(book, 300.0) == []
    assert book.owners(UDP, 300.0) == ()
    response, changes = put(book, register("<sip:ayse@10.0.0.1>"), now=301.0)
    assert [type(change) for change in changes] == [Gone, Bound]
    assert len(listed(response)) == 1


def test_a_lost_connection_takes_its_phones_with_it(book: Registrar) -> None:
    put(book, register(PHONE), TCP)
    put(book, register("<sip:fatma@x>", user="fatma"), TCP, user="fatma")
    put(book, register("<sip:ayse@10.0.0.1>"))
    assert book.owners(TCP, 0.0) == ("ayse", "fatma")
    gone = book.lost(TCP, 1.0)
    assert [(one.binding.user, one.why) for one in gone] == [("ayse", "lost"), ("fatma", "lost")]
    assert book.lost(TCP, 1.0) == []
    assert uris(book) == ["sip:ayse@10.0.0.1"]


def test_a_connection_lost_after_the_end_of_its_phone_tells_it_once(book: Registrar) -> None:
    put(book, register(PHONE), TCP)
    assert [one.why for one in book.lost(TCP, 300.0)] == ["expired"]


def test_path_of_a_listed_proxy_is_echoed_and_is_the_way_back(book: Registrar) -> None:
    path = ("Path: <sip:p1.example;lr>, <sip:p2.example;lr>", "Supported: path")
    response, _ = put(book, register(PHONE, more=path), PROXY)
    assert response.headers.all("Path") == ["<sip:p1.example;lr>", "<sip:p2.example;lr>"]
    [binding] = book.targets("ayse", 0.0)
    assert binding.target.routes == ("<sip:p1.example;lr>", "<sip:p2.example;lr>")
    assert binding.target.uri == "sip:ayse@192.168.1.7:5062"
    assert book.owners(PROXY, 0.0) == ()
    assert book.lost(PROXY, 0.0) == []
    put(book, register(PHONE + ";expires=0", more=path), PROXY)
    assert uris(book) == []


def test_path_of_others_is_not_believed(book: Registrar) -> None:
    response, _ = put(book, register(PHONE, more=("Path: <sip:evil.example;lr>",)))
    assert "Path" not in response.headers
    assert book.targets("ayse", 0.0)[0].target.routes == ()
    bare = Registrar(lambda: "t")
    assert "Path" not in put(bare, register(PHONE, more=("Path: <sip:e>",)))[0].headers


def test_bindings_survive_a_restart_with_the_time_they_had_left(book: Registrar) -> None:
    put(book, register(PHONE + ';q=0.5;+sip.instance="<urn:1>"'), now=10.0)
    put(book, register("<sip:ayse@10.0.0.1>"), TCP, now=10.0)
    put(book, register("<sip:ayse@10.0.0.2>;expires=60"), OTHER, now=10.0)
    rows = book.dump(20.0, 1_700_000_000.0)
    again = Registrar(lambda: "t")
    gone = again.restore(rows, 5.0, 1_700_000_100.0)
    assert [(one.binding.contact, one.why) for one in gone] == [
        ("sip:ayse@10.0.0.1", "lost"),
        ("sip:ayse@10.0.0.2", "expired"),
    ]
    [kept] = again.targets("ayse", 5.0)
    [before] = [one for one in book.targets("ayse", 20.0) if one.contact == kept.contact]
    assert (kept.key, kept.flow, kept.params) == (before.key, before.flow, before.params)
    assert kept.expires_at == 5.0 + 290.0 - 100.0
    assert again.owners(UDP, 5.0) == ("ayse",)
    assert book.dump(1000.0, 0.0) == []


def test_a_phone_behind_a_proxy_survives_a_restart_on_any_transport(book: Registrar) -> None:
    book = Registrar(lambda: "t", lambda _flow: True)
    put(book, register(PHONE, more=("Path: <sip:p1.example;lr>",)), TCP)
    again = Registrar(lambda: "t")
    assert again.restore(book.dump(0.0, 0.0), 0.0, 0.0) == []
    [kept] = again.targets("ayse", 0.0)
    assert kept.path == ("<sip:p1.example;lr>",)
    assert kept.flow.connection == 0


STEP = st.tuples(
    st.sampled_from(["ayse", "fatma"]),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from([0, 60, 300])), max_size=4),
    st.sampled_from([UDP, TCP, OTHER]),
    st.floats(0, 100),
    st.booleans(),
)


@given(st.lists(STEP, max_size=25))
def test_changes_told_add_up_to_the_list_whatever_happens(
    steps: list[tuple[str, list[tuple[int, int]], Flow, float, bool]],
) -> None:
    book, now = Registrar(lambda: "t"), 0.0
    told: dict[tuple[str, str], object] = {}
    for number, (user, contacts, flow, wait_s, drop) in enumerate(steps):
        now += wait_s
        texts = [f"<sip:{user}@10.0.0.{host}>;expires={for_s}" for host, for_s in contacts]
        request = register(*texts, user=user, call_id=f"c{number}")
        changes = book.handle(request, user, flow, now)[1]
        changes += book.lost(TCP, now) if drop else []
        for change in changes:
            if isinstance(change, Bound):
                assert told.get(change.binding.name) == change.before
                told[change.binding.name] = change.binding
            else:
                assert told.pop(change.binding.name) == change.binding
        live = [one for name in ("ayse", "fatma") for one in book.targets(name, now)]
        assert {one.name: one for one in live} == told
        assert all(len(book.targets(name, now)) <= 3 for name in ("ayse", "fatma"))
        assert book.due() == min((one.expires_at for one in live), default=None)
