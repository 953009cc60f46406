"""Requests of other sites are refused, whatever a browser tells of them."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from aiohttp.test_utils import make_mocked_request

from ivr.web.auth.csrf import CrossSiteError, check, check_public, is_page

OURS = ["https://ivr.example"]
TOKEN = {"X-CSRF-Token": "right"}
SAME = {"Sec-Fetch-Site": "same-origin"}
ORIGIN = {"Origin": "https://ivr.example"}


@pytest.mark.parametrize(
    ("headers", "good", "good_public"),
    [
        ({**SAME, **TOKEN}, True, True),
        ({**ORIGIN, **TOKEN}, True, True),
        ({**SAME, "Origin": "https://evil.example", **TOKEN}, True, True),
        ({**TOKEN}, False, True),
        ({**SAME}, False, True),
        ({**ORIGIN}, False, True),
        ({**SAME, "X-CSRF-Token": "wrong"}, False, True),
        ({**SAME, "X-CSRF-Token": "şışı"}, False, True),
        ({"Sec-Fetch-Site": "same-site", **ORIGIN, **TOKEN}, False, False),
        ({"Sec-Fetch-Site": "cross-site", **TOKEN}, False, False),
        ({"Sec-Fetch-Site": "none", **TOKEN}, False, False),
        ({"Origin": "https://ivr.example.evil.example", **TOKEN}, False, False),
        ({"Origin": "http://ivr.example", **TOKEN}, False, False),
        ({"Origin": "null", **TOKEN}, False, False),
    ],
)
def test_unsafe_methods(headers: dict[str, str], good: bool, good_public: bool) -> None:
    request = make_mocked_request("POST", "/", headers)
    with nullcontext() if good else pytest.raises(CrossSiteError):
        check(request, "right", OURS)
    with nullcontext() if good_public else pytest.raises(CrossSiteError):
        check_public(request, OURS)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_safe_methods_need_nothing(method: str) -> None:
    request = make_mocked_request(method, "/", {"Sec-Fetch-Site": "cross-site"})
    check(request, "right", OURS)
    check_public(request, OURS)


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        ("https://ivr.example", True),
        ("https://desk.example", True),
        ("https://evil.example", False),
        ("https://ivr.example.evil.example", False),
        ("null", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_a_websocket_is_opened_by_pages_of_ours_and_of_those_listed(
    origin: str, good: bool
) -> None:
    headers = {"Host": "ivr.example", **({"Origin": origin} if origin else {})}
    request = make_mocked_request("GET", "/sip", headers)
    assert is_page(request, ["https://desk.example"]) is good
