"""Logins: of phones at our door, and ours at carriers."""

from __future__ import annotations

from itertools import count

import pytest

from ivr.channels.sip.wire.messages.message import Headers, Response
from ivr.channels.sip.wire.peers import auth, digest
from ivr.channels.sip.wire.peers.auth import Account, Door, Doorkeeper, Login, Secrets, Visitor

REALM, URI, SOURCE = "ivr.example", "sip:ivr.example", "198.51.100.7"
USERS = {
    "ayse": Secrets.of("ayse", REALM, "correct horse"),
    "eski": Secrets.of("eski", REALM, "old phone", legacy=True),
}
NOW = 1_700_000_000.25


def keeper(key: bytes = b"k" * 16) -> Doorkeeper:
    return Doorkeeper(REALM, key, USERS.get)


def phone(user: str = "ayse", password: str = "correct horse", **more: bool) -> Visitor:  # noqa: S107
    numbers = count(1)
    return Visitor(Account(user, password, **more), lambda: f"{next(numbers):032x}")  # type: ignore[arg-type]


def said(value: str | None, **changes: str) -> str:
    """A header value with some parameters changed; an empty change takes one out."""
    params = digest.read(value or "") or {}
    return digest.write({k: v for k, v in (params | changes).items() if v})


def knock(
    door: Doorkeeper, value: str | None, wall_s: float = NOW, method: str = "REGISTER", **at: str
) -> Login:
    return door.check([value or ""], method, at.get("uri", URI), at.get("source", SOURCE), wall_s)


# --- the door -----------------------------------------------------------------------------------


def test_a_challenge_offers_sha_256_then_md5_with_one_nonce() -> None:
    strong, weak = map(digest.read, keeper().challenge(SOURCE, NOW))
    assert strong
    assert weak
    assert (strong["algorithm"], weak["algorithm"]) == ("SHA-256", "MD5")
    assert strong["nonce"] == weak["nonce"]
    assert len(strong["nonce"]) == 46
    assert strong["qop"] == "auth"
    assert strong["realm"] == REALM
    assert "stale" not in strong
    [first, _] = keeper().challenge(SOURCE, NOW, stale=True)
    assert "stale=true" in first


@pytest.mark.parametrize("which", [0, 1])
def test_the_right_password_opens_the_door(which: int) -> None:
    door = keeper()
    value = phone().answer([door.challenge(SOURCE, NOW)[which]], "REGISTER", URI)
    assert knock(door, value) == Login(Door.OPEN, "ayse")


def test_without_credentials_for_our_realm_nobody_is_named() -> None:
    door = keeper()
    assert door.check([], "REGISTER", URI, SOURCE, NOW) == Login(Door.NONE)
    other = digest.write({"username": "ayse", "realm": "elsewhere", "response": "0"})
    assert door.check(["Basic x", other], "REGISTER", URI, SOURCE, NOW) == Login(Door.NONE)


def test_credentials_for_others_beside_ours_do_no_harm() -> None:
    door = keeper()
    value = phone().answer(door.challenge(SOURCE, NOW), "REGISTER", URI)
    other = digest.write({"username": "x", "realm": "elsewhere", "response": "0"})
    assert door.check([other, value or ""], "REGISTER", URI, SOURCE, NOW).door is Door.OPEN


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "fatma"},
        {"response": "0" * 64},
        {"response": ""},
        {"response": "ı" * 64},
        {"nonce": "0" * 46},
        {"uri": "sip:other.example"},
        {"uri": ""},
        {"nc": "00000002"},
        {"nc": ""},
        {"cnonce": "x"},
        {"cnonce": ""},
        {"qop": ""},
        {"qop": "auth-int"},
        {"algorithm": "MD5"},
        {"algorithm": "SHA-512"},
        {"username": ""},
    ],
)
def test_any_change_of_an_answer_makes_it_wrong(changes: dict[str, str]) -> None:
    door = keeper()
    value = phone().answer(door.challenge(SOURCE, NOW), "REGISTER", URI)
    assert knock(door, said(value, **changes)).door is Door.WRONG
    assert knock(door, value).door is Door.OPEN


def test_the_method_and_the_target_are_part_of_the_proof() -> None:
    door = keeper()
    value = phone().answer(door.challenge(SOURCE, NOW), "REGISTER", URI)
    assert knock(door, value, method="INVITE").door is Door.WRONG
    assert knock(door, value, uri="sip:100@ivr.example").door is Door.WRONG
    assert knock(door, value, uri="not a uri").door is Door.WRONG


def test_a_phone_may_leave_port_and_parameters_out_of_its_target() -> None:
    door = keeper()
    value = phone().answer(door.challenge(SOURCE, NOW), "REGISTER", URI)
    assert knock(door, value, uri="sip:IVR.example:5060;transport=udp").door is Door.OPEN


def test_the_hash_of_nobody_opens_no_door() -> None:
    door = keeper()
    [value, _] = door.challenge(SOURCE, NOW)
    params = digest.read(value) or {}
    proof = digest.Proof("SHA-256", params["nonce"], "REGISTER", URI, "auth", "00000001", "c")
    forged = {
        "username": "nobody",
        "realm": REALM,
        "nonce": params["nonce"],
        "uri": URI,
        "response": digest.response(auth.NOBODY.sha256, proof),
        "algorithm": "SHA-256",
        "cnonce": "c",
        "qop": "auth",
        "nc": "00000001",
    }
    assert knock(door, digest.write(forged)).door is Door.WRONG


def test_a_count_that_does_not_rise_is_stale() -> None:
    door, visitor = keeper(), phone()
    first = visitor.answer(door.challenge(SOURCE, NOW), "REGISTER", URI)
    second = visitor.again("REGISTER", URI)
    third = visitor.again("REGISTER", URI)
    assert knock(door, first).door is Door.OPEN
    assert knock(door, first).door is Door.STALE
    assert knock(door, third).door is Door.OPEN
    assert knock(door, second).door is Door.STALE


def test_a_nonce_lives_60_seconds_then_the_right_password_is_asked_again() -> None:
    door, visitor = keeper(), phone()
    first = visitor.answer(door.challenge(SOURCE, NOW), "REGISTER", URI)
    second = visitor.again("REGISTER", URI)
    assert knock(door, first, NOW + 59.9).door is Door.OPEN
    assert knock(door, second, NOW + 60.1) == Login(Door.STALE, "ayse")


def test_a_nonce_from_the_future_or_from_another_source_is_stale() -> None:
    door = keeper()
    value = phone().answer(door.challenge(SOURCE, NOW + 10), "REGISTER", URI)
    assert knock(door, value).door is Door.STALE
    value = phone().answer(door.challenge("198.51.100.8", NOW), "REGISTER", URI)
    assert knock(door, value).door is Door.STALE


@pytest.mark.parametrize("nonce", ["", "x", "zz" * 23, "A" * 46, "0" * 14])
def test_a_nonce_that_is_not_ours_is_stale_for_who_knows_the_password(nonce: str) -> None:
    door = keeper()
    challenge = digest.write({"realm": REALM, "nonce": nonce or "-", "qop": "auth"})
    value = phone().answer([challenge], "REGISTER", URI)
    assert knock(door, value).door is Door.STALE


def test_after_a_restart_with_another_key_phones_are_asked_once_more() -> None:
    value = phone().answer(keeper().challenge(SOURCE, NOW), "REGISTER", URI)
    assert knock(keeper(b"other" * 4), value).door is Door.STALE


def test_challenges_within_a_second_differ_so_that_counts_do_not_mix() -> None:
    door = keeper()
    assert door.challenge(SOURCE, NOW) != door.challenge(SOURCE, NOW + 0.001)


def test_what_was_used_and_forgotten_cannot_be_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "NONCES_MOST", 2)
    door = keeper()
    values = [
        phone().answer(door.challenge(SOURCE, NOW + at), "REGISTER", URI) for at in (0.1, 0.2, 0.3)
    ]
    assert [knock(door, value, NOW + 1).door for value in values] == [Door.OPEN] * 3
    assert [knock(door, value, NOW + 1).door for value in values] == [Door.STALE] * 3
    late = phone().answer(door.challenge(SOURCE, NOW + 0.4), "REGISTER", URI)
    assert knock(door, late, NOW + 1).door is Door.OPEN


def test_the_old_form_is_for_marked_users_only_and_each_nonce_once() -> None:
    door = keeper()
    [_, weak] = door.challenge(SOURCE, NOW)
    bare = said(weak, qop="")
    value = phone("eski", "old phone", legacy=True).answer([bare], "REGISTER", URI)
    assert "qop" not in (value or "")
    assert knock(door, value).door is Door.OPEN
    assert knock(door, value).door is Door.STALE
    value = phone(legacy=True).answer([bare], "REGISTER", URI)
    assert knock(door, value).door is Door.WRONG


def test_secrets_hold_no_password() -> None:
    assert "horse" not in repr(USERS["ayse"])
    assert "horse" not in repr(Account("ayse", "correct horse"))


# --- the visitor --------------------------------------------------------------------------------

NONCE = "abc"


def asked(**changes: str) -> str:
    return said('Digest realm="carrier", nonce="abc", algorithm=MD5, qop="auth"', **changes)


def test_the_visitor_answers_the_first_challenge_it_knows() -> None:
    value = phone().answer(
        [asked(algorithm="SHA-512-256"), asked(algorithm="SHA-256"), asked()], "REGISTER", URI
    )
    params = digest.read(value or "") or {}
    assert params["algorithm"] == "SHA-256"
    assert (params["nc"], params["cnonce"]) == ("00000001", f"{1:032x}")
    assert (params["uri"], params["username"], params["qop"]) == (URI, "ayse", "auth")


def test_the_visitor_gives_back_what_the_challenge_named_and_no_more() -> None:
    value = phone().answer([asked(algorithm="", opaque="o p")], "INVITE", URI)
    params = digest.read(value or "") or {}
    assert params["opaque"] == "o p"
    assert "algorithm" not in params


@pytest.mark.parametrize(
    "challenge",
    [
        "Basic realm=x",
        "garbage",
        asked(nonce=""),
        asked(realm=""),
        asked(algorithm="MD5-sess"),
        asked(qop="auth-int"),
        asked(qop=""),
    ],
)
def test_the_visitor_declines_what_it_cannot_answer(challenge: str) -> None:
    assert phone().answer([challenge], "REGISTER", URI) is None


def test_the_first_realm_is_kept_and_others_get_nothing() -> None:
    visitor = phone()
    assert visitor.answer([asked()], "REGISTER", URI)
    assert visitor.answer([asked(realm="thief")], "INVITE", URI) is None
    assert visitor.answer([asked(nonce="new")], "INVITE", URI)


def test_listed_realms_are_the_only_ones() -> None:
    visitor = Visitor(Account("a", "b", ("one", "two")), lambda: "c")
    assert visitor.answer([asked()], "REGISTER", URI) is None
    assert visitor.answer([asked(realm="two")], "REGISTER", URI)
    assert visitor.answer([asked(realm="one")], "REGISTER", URI)


def test_after_a_refusal_only_a_new_stale_nonce_is_answered() -> None:
    visitor = phone()
    sent = visitor.answer([asked()], "REGISTER", URI) or ""
    assert visitor.answer([asked(nonce="new")], "REGISTER", URI, sent) is None
    assert visitor.answer([asked(stale="true")], "REGISTER", URI, sent) is None
    assert visitor.answer([asked(nonce="new", stale="TRUE")], "REGISTER", URI, sent)


def test_counts_rise_with_each_use_of_a_nonce_whoever_asks() -> None:
    visitor = phone()
    assert visitor.again("REGISTER", URI) is None
    assert "nc=00000001" in (visitor.answer([asked()], "REGISTER", URI) or "")
    assert "nc=00000002" in (visitor.again("REGISTER", URI) or "")
    assert "nc=00000003" in (visitor.answer([asked()], "INVITE", URI) or "")
    visitor.forget()
    assert visitor.again("REGISTER", URI) is None


def test_the_counts_kept_are_bounded() -> None:
    visitor = phone()
    for number in range(auth.OUR_NONCES_MOST + 1):
        visitor.answer([asked(nonce=f"n{number}")], "REGISTER", URI)
    assert "nc=00000001" in (visitor.answer([asked(nonce="n0")], "REGISTER", URI) or "")


@pytest.mark.parametrize(
    ("status", "asking", "giving"),
    [
        (401, "WWW-Authenticate", "Authorization"),
        (407, "Proxy-Authenticate", "Proxy-Authorization"),
    ],
)
def test_a_response_is_answered_with_the_header_that_belongs_to_it(
    status: int, asking: str, giving: str
) -> None:
    response = Response(status, "", Headers([(asking, asked())]))
    reply = phone().reply(response, "INVITE", URI)
    assert reply
    assert reply[0] == giving


def test_other_responses_are_not_answered() -> None:
    headers = Headers([("WWW-Authenticate", asked())])
    assert phone().reply(Response(403, "", headers), "INVITE", URI) is None
    assert phone().reply(Response(407, "", headers), "INVITE", URI) is None


def test_only_the_ways_that_are_asked_for_are_taken() -> None:
    strict = Doorkeeper(REALM, b"k" * 16, USERS.get, ("SHA-256",))
    (asked,) = strict.challenge(SOURCE, NOW)
    assert knock(strict, phone().answer([asked], "REGISTER", URI)).door is Door.OPEN
    weak = asked.replace("SHA-256", "MD5")
    assert knock(strict, phone().answer([weak], "REGISTER", URI)).door is Door.WRONG
