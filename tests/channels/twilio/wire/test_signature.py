"""Signatures: the providers' own vectors pass, every change of ours is refused, nothing raises."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ivr.channels.twilio.wire.forms import FormError, parse_form
from ivr.channels.twilio.wire.signature import (
    SIGNALWIRE,
    TWILIO,
    Algorithm,
    Reason,
    Rules,
    Secret,
    SignedRequest,
    Verdict,
    _mac,
    sign,
    verify,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "webhook_signatures"
FORM = "application/x-www-form-urlencoded"
BASE = "https://ivr.example.com"
TARGET = "/hooks/main/next?c=01J&l=1&t=7&p=0"
PAIRS = (
    ("AccountSid", "AC123"),
    ("CallSid", "CA123"),
    ("Digits", "12#"),
    ("Empty", ""),
    ("From", "+905321112233"),
    ("CallerName", " Çağrı Öz "),
)
TOKENS = (Secret("auth_token", "12345"),)
Case = dict[str, Any]


def _cases(provider: str) -> list[Case]:
    path = DATA / f"{provider}.json"
    return list(json.loads(path.read_text("utf-8"))["cases"]) if path.exists() else []


VECTORS = _cases("twilio")
needs_vectors = pytest.mark.skipif(not VECTORS, reason="the shared signature vectors are not here")


def _split(url: str) -> tuple[str, str]:
    """Base and raw target of a whole URL."""
    cut = url.index("/", url.index("//") + 2)
    return url[:cut], url[cut:]


def _request_of(case: Case) -> tuple[SignedRequest, tuple[Secret, ...], str]:
    base, target = _split(case["url"])
    body = case.get("raw_body") or urlencode([tuple(pair) for pair in case.get("params", [])])
    kind = case.get("content_type", "application/json" if "raw_body" in case else FORM)
    request = SignedRequest(target, [case["signature"]], kind, body.encode())
    return request, (Secret("vector", case.get("token") or case["key"]),), base


def _form_request(url: str = BASE + TARGET, **changes: Any) -> SignedRequest:  # noqa: ANN401
    signature = sign(url, PAIRS, "12345")
    request = SignedRequest(TARGET, [signature], FORM, urlencode(PAIRS).encode())
    return replace(request, **changes)


def _json_request(body: bytes = b'{"a":1}', query: str | None = None) -> SignedRequest:
    query = f"bodySHA256={sha256(body).hexdigest()}" if query is None else query
    target = f"/hooks/main/events?x=1&{query}"
    return SignedRequest(target, [sign(BASE + target, (), "12345")], "application/json", body)


def _reason(request: SignedRequest, secrets: Sequence[Secret] = TOKENS, base: str = BASE) -> Reason:
    return verify(request, secrets, base).reason


@needs_vectors
def test_there_are_twenty_seven_vectors() -> None:
    assert len(VECTORS) == 27


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_each_published_vector_is_accepted(case: Case) -> None:
    request, secrets, base = _request_of(case)
    verdict = verify(request, secrets, base)
    assert verdict == Verdict(True, Reason.OK, "vector", verdict.form)
    assert verdict.status == 200


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_each_vector_with_one_octet_changed_is_refused(case: Case) -> None:
    request, secrets, base = _request_of(case)
    target = str(request.raw_target).encode()
    changed: list[tuple[SignedRequest, tuple[Secret, ...], str]] = [
        (request, (Secret("vector", secrets[0].text[:-1] + "x"),), base),
        (request, (Secret("vector", secrets[0].text[:-1]),), base),
        (request, secrets, base.replace("mycompany", "mycompani")),
        (request, secrets, base.replace("http", "ws")),
    ]
    changed += [
        (replace(request, raw_target=_flip(target, at)), secrets, base) for at in range(len(target))
    ]
    changed += [
        (replace(request, signatures=[_flip(request.signatures[0].encode(), at).decode("latin1")]),
         secrets, base)
        for at in range(len(request.signatures[0]))
    ]  # fmt: skip
    for forged, keys, root in changed:
        assert not verify(forged, keys, root).accepted, forged.raw_target


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_each_vector_with_one_body_octet_changed_is_refused(case: Case) -> None:
    request, secrets, base = _request_of(case)
    for at in range(len(request.body)):
        for bit in (1, 2, 4, 32):
            body = _flip(request.body, at, bit)
            if _same_fields(request, body):
                continue  # another spelling of the same fields, such as %2b for %2B
            assert not verify(replace(request, body=body), secrets, base).accepted, body


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_each_vector_cut_or_encoded_again_is_refused(case: Case) -> None:
    request, secrets, base = _request_of(case)
    target, signature = str(request.raw_target), request.signatures[0]
    forged = [replace(request, raw_target=target[:end]) for end in range(len(target))]
    forged += [replace(request, signatures=[signature[:end]]) for end in range(len(signature))]
    forged += [
        replace(request, body=request.body[:end])
        for end in range(len(request.body))
        if not _same_fields(request, request.body[:end])
    ]
    forged += [replace(request, raw_target=again) for again in _encodings(target)]
    for request_ in forged:
        assert not verify(request_, secrets, base).accepted, request_.raw_target


@pytest.mark.parametrize(
    "case", [case for case in _cases("signalwire") if "hex" not in case["name"]], ids=str
)
def test_signalwire_vectors_are_accepted_by_its_rules(case: Case) -> None:
    request, secrets, base = _request_of(case)
    assert verify(request, secrets, base, SIGNALWIRE).accepted


def _flip(octets: bytes, at: int, bit: int = 1) -> bytes:
    return octets[:at] + bytes([octets[at] ^ bit]) + octets[at + 1 :]


def _same_fields(request: SignedRequest, body: bytes) -> bool:
    """Whether another form body says the same (the provider signs fields, not their spelling)."""
    if request.content_type != FORM:
        return False
    try:
        return set(parse_form(body).octets) == set(parse_form(request.body).octets)
    except FormError:
        return False


def _encodings(target: str) -> list[str]:
    path = quote(target, safe="/?=&%") if target.isascii() else quote(target, safe="/?=&").lower()
    lower = target.replace("%2B", "%2b").replace("%20", "+")
    doubled = target.replace("%", "%25")
    tried = [path, lower, doubled, quote(target, safe=""), target + "#", target + "?", target + "&"]
    # An added fragment is cut before the check, as the provider does before it signs.
    return [again for again in tried if again.partition("#")[0] != target]


def test_letters_beyond_ascii_may_be_escaped_on_the_wire_in_one_way_only() -> None:
    signature = sign("https://h.example/España?año=%20", (), "12345")
    request = SignedRequest("/Espa%C3%B1a?a%C3%B1o=%20", [signature], FORM)
    assert verify(request, TOKENS, "https://h.example").accepted
    for other in ("/Espa%c3%b1a?a%C3%B1o=%20", "/Espa%C3%B1a?a%c3%b1o=%20", "/España?a%C3%B1o=%20",
                  "/Espa%C3%B1a?a%C3%B1o= ", "/Espa%25C3%25B1a?a%C3%B1o=%20",
                  "/Espa%C3a?a%C3%B1o=%20", "/E%73pa%C3%B1a?a%C3%B1o=%20"):  # fmt: skip
        assert not verify(replace(request, raw_target=other), TOKENS, "https://h.example").accepted


def test_escapes_that_are_no_letters_stay_as_received() -> None:
    for target in ("/x%FF", "/x%ED%A0%80", "/x%C3%B1%FF", "/x%C0%AF"):
        request = SignedRequest(target, [sign("https://h" + target, (), "12345")], FORM)
        assert verify(request, TOKENS, "https://h").accepted
        undone = hmac.digest(b"12345", b"https://h" + unquote_to_bytes(target), "sha1")
        forged = replace(request, signatures=[base64.b64encode(undone).decode()])
        assert not verify(forged, TOKENS, "https://h").accepted


def test_a_form_post_is_accepted_and_its_fields_come_with_the_verdict() -> None:
    verdict = verify(_form_request(), TOKENS, BASE)
    assert (verdict.accepted, verdict.key) == (True, "auth_token")
    assert verdict.form is not None
    assert verdict.form.one("CallerName") == " Çağrı Öz "


def test_the_target_may_come_as_octets_or_with_escaped_surrogates() -> None:
    target = b"/hooks/m\xff?c=1"
    mac = hmac.digest(b"12345", BASE.encode() + target, "sha1")
    request = SignedRequest(target, [base64.b64encode(mac).decode()], FORM)
    assert verify(request, TOKENS, BASE).accepted
    text = replace(request, raw_target=target.decode("utf-8", "surrogateescape"))
    assert verify(text, TOKENS, BASE).accepted
    assert _reason(replace(request, raw_target="/hooks/\ud800")) is Reason.ERROR


def test_a_fragment_is_neither_sent_nor_signed() -> None:
    request = _form_request(BASE + TARGET + "#ct=2000&rt=8000&rc=2")
    assert verify(request, TOKENS, BASE).accepted
    assert verify(replace(request, raw_target=TARGET + "#rc=2"), TOKENS, BASE).accepted


@pytest.mark.parametrize(
    ("signed", "configured"),
    [
        ("https://h.example:443", "https://h.example"),
        ("https://h.example", "https://h.example:443"),
        ("https://h.example", "https://h.example:8443"),
        ("http://h.example:80", "http://h.example"),
        ("http://h.example", "http://h.example:80"),
        ("https://[::1]:443", "https://[::1]"),
        ("https://[::1]", "https://[::1]:8443"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://u:p@h.example:443", "https://u:p@h.example"),
        ("https://u:p@[::1]", "https://u:p@[::1]:8443"),
        ("https://u:p:q@h.example", "https://u:p:q@h.example:443"),
        ("https://h.example/prefix", "https://h.example:443/prefix"),
    ],
)
def test_the_port_may_be_written_or_left_out(signed: str, configured: str) -> None:
    assert verify(_form_request(signed + TARGET), TOKENS, configured).accepted


@pytest.mark.parametrize(
    ("signed", "configured"),
    [
        ("http://h.example", "http://h.example:8080"),
        ("https://h.example:8443", "https://h.example"),
        ("https://h.example:80", "https://h.example"),
        ("http://h.example", "https://h.example"),
        ("https://h.example", "https://u:p@h.example"),
        ("https://h.example", "https://other.example"),
        ("https://h.example/", "https://h.example"),
        ("https://H.example", "https://h.example"),
        ("https://::1", "https://[::1]"),
    ],
)
def test_any_other_difference_of_the_url_is_refused(signed: str, configured: str) -> None:
    assert _reason(_form_request(signed + TARGET), TOKENS, configured) is Reason.MISMATCH


@pytest.mark.parametrize(
    "base",
    ["", "h.example", "ftp://h.example", "https://h:99999", "https://h:", "https://h?x", "https://h#",
     "https://::1", "https://h ", "//h", "https:///x", "https://h:٤٤٣"],
)  # fmt: skip
def test_a_wrong_public_base_opens_nothing_and_raises_nothing(base: str) -> None:
    assert _reason(_form_request(base + TARGET), TOKENS, base) is Reason.BASE


@pytest.mark.parametrize(
    "target", ["", "*", "https://ivr.example.com" + TARGET, "hooks", "@evil/x"]
)
def test_a_target_that_is_no_path_is_refused(target: str) -> None:
    assert _reason(_form_request(raw_target=target)) is Reason.TARGET


def test_signalwire_drops_only_the_default_port() -> None:
    request = _form_request("https://h.example" + TARGET)
    assert verify(request, TOKENS, "https://h.example:443", SIGNALWIRE).accepted
    assert not verify(request, TOKENS, "https://h.example:8443", SIGNALWIRE).accepted


@pytest.mark.parametrize(("rules", "stays_valid"), [(TWILIO, True), (SIGNALWIRE, False)])
def test_doubled_values_are_sorted_or_kept_as_sent(rules: Rules, stays_valid: bool) -> None:
    signature = sign(
        BASE + TARGET, [("d", "2"), ("a", "0"), ("d", "1"), ("d", "1")], "12345", rules=rules
    )
    request = SignedRequest(TARGET, [signature], FORM, b"d=2&a=0&d=1&d=1")
    assert verify(request, TOKENS, BASE, rules).accepted
    for other in (b"d=1&a=0&d=2", b"d=1&d=2&d=1&a=0"):
        assert verify(replace(request, body=other), TOKENS, BASE, rules).accepted is stays_valid


def test_at_and_colon_of_sip_callers_count_as_sent() -> None:
    for target in ("/x?from=sip:a@b.example", "/x?from=sip%3Aa%40b.example"):
        request = SignedRequest(target, [sign(BASE + target, (), "12345")], FORM)
        assert verify(request, TOKENS, BASE).accepted
        assert not verify(
            replace(request, raw_target="/x?from=sip:a%40b.example"), TOKENS, BASE
        ).accepted


@pytest.mark.parametrize(
    "kind", [FORM.upper(), f"{FORM};charset=UTF-8", f" {FORM} ; charset=utf-8", f"{FORM};"]
)
def test_a_content_type_may_carry_parameters(kind: str) -> None:
    assert verify(_form_request(content_type=kind), TOKENS, BASE).accepted


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/octet-stream", "multipart/form-data; boundary=x",
             "application/jsonp", "text/xml", FORM + "x", f"{FORM},application/json"]
)  # fmt: skip
def test_another_content_type_is_a_415(kind: str) -> None:
    verdict = verify(_form_request(content_type=kind), TOKENS, BASE)
    assert (verdict.accepted, verdict.reason, verdict.status) == (False, Reason.MEDIA_TYPE, 415)


def test_a_json_post_with_the_right_hash_is_accepted() -> None:
    verdict = verify(_json_request(), TOKENS, BASE)
    assert verdict == Verdict(True, Reason.OK, "auth_token")


@pytest.mark.parametrize("body", [b"", b"{}", b'{"a":2}', b'{"a":1} ', b'{"a": 1}', b"\xff"])
def test_a_json_post_with_another_body_is_refused(body: bytes) -> None:
    assert _reason(replace(_json_request(), body=body)) is Reason.BODY_HASH


HASH = sha256(b'{"a":1}').hexdigest()


@pytest.mark.parametrize(
    "query",
    ["", "y=1", f"bodysha256={HASH}", f"bodySHA256={HASH}&bodySHA256={HASH}", "bodySHA256=",
     f"bodySHA256={HASH}&bodySHA256=", f"body%53HA256={HASH}&bodySHA256={HASH}",
     f"bodySHA256={HASH}&bodySHA256", f"bodySHA256={HASH.upper()}", f"bodySHA256={HASH[:-1]}",
     f"bodySHA256={HASH}0", f"bodySHA256=%{ord(HASH[0]):x}{HASH[1:]}", f"x#bodySHA256={HASH}"],
)  # fmt: skip
def test_a_json_post_needs_exactly_one_hash_even_if_the_url_is_signed(query: str) -> None:
    assert _reason(_json_request(query=query)) is Reason.BODY_HASH


def test_a_json_post_does_not_pass_as_a_form_that_says_something() -> None:
    request = replace(_json_request(b"a=1"), content_type=FORM)
    assert _reason(request) is Reason.MISMATCH


@pytest.mark.parametrize("body", [b"a", b"a=1&", b"&".join([b"a=1"] * 1001)])
def test_a_body_that_is_no_form_is_refused(body: bytes) -> None:
    assert _reason(_form_request(body=body)) is Reason.FORM


GOOD = sign(BASE + TARGET, PAIRS, "12345")


def test_a_missing_or_doubled_signature_is_refused() -> None:
    assert _reason(_form_request(signatures=[])) is Reason.NO_SIGNATURE
    assert _reason(_form_request(signatures=[GOOD, GOOD])) is Reason.DOUBLED


@pytest.mark.parametrize(
    "header",
    ["", "=", "a", GOOD[:-1], GOOD + "=", " " + GOOD, GOOD + " ", GOOD + "\n", GOOD[:-4],
     f"{GOOD},{GOOD}", "ğ" * 28, "\ud800" * 28, "\x00" * 28,
     base64.b64encode(b"x" * 19).decode(), base64.b64encode(b"x" * 21).decode(),
     base64.b64encode(b"x" * 64).decode(), "A" * 10_000],
)  # fmt: skip
def test_a_signature_that_is_not_base64_of_20_or_32_octets_is_refused(header: str) -> None:
    assert _reason(_form_request(signatures=[header])) is Reason.GARBLED


def test_only_one_spelling_of_the_same_octets_is_a_signature() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = GOOD[:-2] + alphabet[alphabet.index(GOOD[-2]) ^ 1] + "="
    assert base64.b64decode(twin) == base64.b64decode(GOOD)
    assert _reason(_form_request(signatures=[twin])) is Reason.GARBLED


@pytest.mark.parametrize(("signed_by", "key"), [("old", "auth_token"), ("new", "auth_token_next")])
def test_two_tokens_are_good_during_rotation(signed_by: str, key: str) -> None:
    secrets = (Secret("auth_token", "old"), Secret("auth_token_next", "new"))
    request = _form_request(signatures=[sign(BASE + TARGET, PAIRS, signed_by)])
    assert verify(request, secrets, BASE).key == key
    assert not verify(request, (Secret("auth_token", "other"),), BASE).accepted


def test_an_empty_secret_opens_nothing() -> None:
    request = _form_request(signatures=[sign(BASE + TARGET, PAIRS, "")])
    assert _reason(request, (Secret("auth_token", ""),)) is Reason.NO_KEY
    assert _reason(request, ()) is Reason.NO_KEY


SHARED = (
    Secret("auth_token", "12345"),
    Secret("shared", "s3", "webhooks_sharedkey_1", Algorithm.SHA256),
    Secret("shared_old", "s1", "webhooks_sharedkey_0", Algorithm.SHA1),
)


def _shared_request(*settings_: str, algorithm: Algorithm = Algorithm.SHA256) -> SignedRequest:
    signature = sign(BASE + TARGET, PAIRS, "s3", algorithm)
    return _form_request(signatures=[signature], settings=list(settings_))


@pytest.mark.parametrize(
    "header",
    ["key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", "key=webhooks_sharedkey_1",
     "algorithm=HMAC_SHA256, key=webhooks_sharedkey_1", "key=webhooks_sharedkey_1,version=1"],
)  # fmt: skip
def test_the_header_selects_a_shared_key_of_ours(header: str) -> None:
    assert verify(_shared_request(header), SHARED, BASE).key == "shared"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([], Reason.MISMATCH),
        (["key=webhooks_sharedkey_0"], Reason.MISMATCH),
        (["key=unknown,algorithm=HMAC_SHA256"], Reason.NO_KEY),
        (["key=auth_token"], Reason.NO_KEY),
        (["key=webhooks_sharedkey_1,algorithm=HMAC_SHA1"], Reason.SETTINGS),
        (["key=webhooks_sharedkey_1,algorithm=none"], Reason.SETTINGS),
        (["key=webhooks_sharedkey_1,algorithm=hmac_sha256"], Reason.SETTINGS),
        (["key=webhooks_sharedkey_1"] * 2, Reason.SETTINGS),
        (["key=webhooks_sharedkey_1,key=webhooks_sharedkey_1"], Reason.SETTINGS),
        (["key=,algorithm=HMAC_SHA256"], Reason.SETTINGS),
        (["algorithm=HMAC_SHA256"], Reason.SETTINGS),
        ([""], Reason.SETTINGS),
        (["key=\ud800"], Reason.NO_KEY),
    ],
)
def test_the_header_can_neither_downgrade_nor_invent_a_key(
    headers: list[str], reason: Reason
) -> None:
    assert _reason(_shared_request(*headers), SHARED) is reason


def test_a_weaker_signature_with_the_right_key_is_refused() -> None:
    weak = _shared_request("key=webhooks_sharedkey_1", algorithm=Algorithm.SHA1)
    assert _reason(weak, SHARED) is Reason.MISMATCH
    assert _reason(replace(weak, settings=[]), SHARED) is Reason.MISMATCH


def test_a_websocket_handshake_is_checked_over_its_url_alone() -> None:
    signature = sign("wss://ivr.example.com/media/x", (), "12345")
    request = SignedRequest("/media/x", [signature], handshake=True)
    assert verify(request, TOKENS, "wss://ivr.example.com").accepted
    assert verify(request, TOKENS, "wss://ivr.example.com:443").accepted
    assert not verify(request, TOKENS, BASE).accepted
    assert not verify(
        replace(request, raw_target="/media/y"), TOKENS, "wss://ivr.example.com"
    ).accepted
    assert not verify(replace(request, body=b"a=1"), TOKENS, "wss://ivr.example.com").accepted


def test_secrets_signatures_and_bodies_do_not_show_when_printed() -> None:
    shown = repr(_form_request()) + repr(TOKENS) + repr(verify(_form_request(), TOKENS, BASE))
    assert not any(hidden in shown for hidden in ("12345", GOOD, "12%23", "12#"))


@pytest.mark.parametrize("broken", [{"body": None}, {"body": "a=1"}, {"signatures": None},
                                    {"content_type": None}, {"raw_target": None}, {"settings": 3},
                                    {"signatures": [None]}])  # fmt: skip
def test_values_of_the_wrong_type_are_refused_and_not_raised(broken: dict[str, Any]) -> None:
    assert not verify(_form_request(**broken), TOKENS, BASE).accepted


ANY_TEXT = st.text(st.characters(), max_size=40)
ANY_HEADERS = st.lists(
    ANY_TEXT
    | st.binary(min_size=20, max_size=20).map(lambda raw: base64.b64encode(raw).decode())
    | st.sampled_from([GOOD, "key=webhooks_sharedkey_1", "key=webhooks_sharedkey_0,algorithm="]),
    max_size=3,
)


@settings(max_examples=1_000, deadline=None)
@given(
    target=ANY_TEXT | st.binary(max_size=40) | st.just(TARGET),
    signatures=ANY_HEADERS,
    kind=ANY_TEXT | st.sampled_from([FORM, "application/json"]),
    body=st.binary(max_size=80) | st.sampled_from([urlencode(PAIRS).encode(), b"", b"{}"]),
    named=ANY_HEADERS,
    base=ANY_TEXT | st.sampled_from([BASE, "http://[::1]:8080", "https://h:99999"]),
)
def test_no_request_however_odd_raises_or_is_wrongly_accepted(
    target: str | bytes, signatures: list[str], kind: str, body: bytes, named: list[str], base: str
) -> None:
    request = SignedRequest(target, signatures, kind, body, named)
    assume(not (target == TARGET and GOOD in signatures and base == BASE))
    assert not verify(request, SHARED, base).accepted


@settings(max_examples=600, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        ),
        max_size=8,
    ),
    at=st.integers(0, 10_000),
    bit=st.integers(0, 7),
)
def test_what_sign_signs_is_accepted_and_with_one_bit_turned_it_is_not(
    pairs: list[tuple[str, str]], at: int, bit: int
) -> None:
    body = urlencode(pairs).encode()
    request = SignedRequest(TARGET, [sign(BASE + TARGET, pairs, "12345")], FORM, body)
    assert verify(request, TOKENS, BASE).accepted
    if body:
        changed = _flip(body, at % len(body), 1 << bit)
        accepted = verify(replace(request, body=changed), TOKENS, BASE).accepted
        assert accepted == _same_fields(request, changed)


@given(st.text(max_size=200), st.binary(max_size=300), st.sampled_from(["sha1", "sha256"]))
def test_the_code_is_the_one_of_the_standard_library(token: str, text: bytes, name: str) -> None:
    assume(not any("\ud800" <= letter <= "\udfff" for letter in token))
    algorithm = Algorithm.SHA1 if name == "sha1" else Algorithm.SHA256
    assert _mac(token, algorithm, text) == hmac.digest(token.encode(), text, name)
