"""The settings of pops."""

from __future__ import annotations

import pytest

from ivr.cti.pop_rules import PopLookup, PopRules, fill_url, lookup_of
from ivr.flow.types import Type
from ivr.flow.world import SourceShape


def shape(takes: dict[str, str], gives: tuple[str, ...] = ("id", "name")) -> SourceShape:
    return SourceShape(
        "crm",
        {name: Type(kind) for name, kind in takes.items()},
        {name: Type("text") for name in gives},
    )


@pytest.mark.parametrize(
    ("takes", "by", "origins"),
    [
        ({"phone": "phone"}, "ani", ["ani"]),
        ({"number": "phone"}, "ani", ["ani"]),
        ({"last9": "text"}, "ani_last9", ["last9"]),
        ({"customer_no": "digits"}, "entered_id", ["customer_no"]),
        ({"ticket": "text"}, "ticket_number", ["ticket"]),
        ({"callback_token": "text", "phone": "phone"}, "callback_token", ["callback_token", "ani"]),
        ({"dnis": "text", "phone": "phone"}, "ani", ["dnis", "ani"]),
    ],
)
def test_a_source_that_is_only_named_is_asked_by_its_inputs(
    takes: dict[str, str], by: str, origins: list[str]
) -> None:
    lookup = lookup_of("crm", shape(takes))
    assert (lookup.by, list(lookup.takes.values())) == (by, origins)
    assert lookup.kind == ("ticket" if by == "ticket_number" else "customer")


def test_fields_with_a_meaning_are_found_by_name() -> None:
    lookup = lookup_of("crm", shape({"phone": "phone"}, ("id", "phone", "shared")))
    assert (lookup.phone, lookup.shared) == ("phone", "shared")
    assert lookup_of("crm", shape({"phone": "phone"})) == PopLookup("crm", {"phone": "ani"})


def test_a_url_is_filled_with_encoded_pieces_or_not_at_all() -> None:
    url = "https://crm.example/c/{record}?q={queue}"
    assert fill_url(url, {"record": "C/9&x", "queue": "ş"}) == (
        "https://crm.example/c/C%2F9%26x?q=%C5%9F"
    )
    assert fill_url(url, {"record": "", "queue": "q"}) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/{record}",
        "javascript:alert(1)",
        "https://{record}.example/",
        "https://crm.example/{ani}",
        "https://crm.example/{record",
        "https://crm.example/{0}",
        "https:///x",
    ],
)
def test_a_url_with_personal_data_or_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"pop\.url"):
        PopRules("TR", url=url)


def test_personal_data_in_a_url_has_to_be_asked_for() -> None:
    assert PopRules("TR", url="https://crm.example/{ani}", url_personal=True).url
