"""The address of the page beside a screen pop."""

from __future__ import annotations

import pytest

from ivr.config.outside.pop_page import wrong_page


@pytest.mark.parametrize(
    "template",
    ["https://crm.example/", "https://crm.example/{kind}/{record}?c={call}&q={queue}"],
)
def test_a_page_with_known_places_is_good(template: str) -> None:
    assert wrong_page(template, personal=False) == ""


def test_a_number_stands_in_an_address_only_where_that_is_allowed() -> None:
    template = "https://crm.example/?n={ani}"
    assert wrong_page(template, personal=True) == ""
    assert wrong_page(template, personal=False).endswith("that needs url_personal: true")


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("https://crm.example/{record", "brace"),
        ("https://crm.example/{name}", "knows no {name}"),
        ("http://crm.example/", "https://"),
        ("https://{record}.example/", "written host"),
        ("https:///x", "written host"),
    ],
)
def test_what_is_wrong_is_said(template: str, why: str) -> None:
    assert why in wrong_page(template, personal=True)
