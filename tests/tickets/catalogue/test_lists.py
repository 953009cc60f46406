"""Statuses, products and teams of the catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.tickets.catalogue.model import Product, Team
from ivr.tickets.states import DEFAULT_STATUSES, Status
from tests.tickets.catalogue.house import AROUND, BOTH, check, loaded, problems


def test_teams_that_serve_no_queue_can_work_on_categories() -> None:
    found = loaded(
        "teams: {claims: {label: {tr: a, en: b}, parent: heads}, heads: {}}\n"
        f"categories: {{x: {{label: {BOTH}, team: claims}}}}"
    )
    assert found.teams["claims"] == Team("claims", {"tr": "a", "en": "b"}, "heads")
    assert found.categories["x"].team == "claims"


def test_a_team_of_a_queue_can_be_above() -> None:
    assert loaded("teams: {claims: {parent: billing}}").teams["claims"].parent == "billing"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "teams: {claims: {parent: §pilots}}",
            'F920 error no team "pilots"; there is billing, card_desk, claims',
        ),
        ("teams: {claims: {parent: §claims}}", "F925 error team claims stands above itself"),
        (
            "teams: {claims: {colour: red}}".replace("colour", "§colour"),
            'F101 error team claims has no field "colour"',
        ),
    ],
)
def test_mistakes_in_teams(text: str, told: str) -> None:
    check(told, text)


def test_a_circle_of_teams_is_told_for_each_of_them() -> None:
    found = problems("teams: {a: {parent: b}, b: {parent: c}, c: {parent: a}, d: {parent: a}}")
    assert [(each.code, each.message) for each in found] == [
        ("F925", f"team {name} stands above itself") for name in "abc"
    ]


def test_a_house_adds_statuses_and_rewords_those_of_every_house() -> None:
    found = loaded(
        "statuses:\n"
        "  in_repair: {type: pending_third, label: {tr: a, en: b}, public: {tr: c, en: d}}\n"
        "  new: {type: new, public: {tr: e, en: f}}\n"
        "  joined: {type: merged, label: {tr: a, en: b}, active: false}\n"
    ).statuses
    assert list(found) == [*DEFAULT_STATUSES, "in_repair", "joined"]
    assert found["in_repair"] == Status(
        "in_repair", "pending_third", {"tr": "a", "en": "b"}, {"tr": "c", "en": "d"}
    )
    assert found["new"].labels == DEFAULT_STATUSES["new"].labels
    assert found["new"].public == {"tr": "e", "en": "f"}
    assert found["open"] is DEFAULT_STATUSES["open"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("statuses: {new: {type: §open}}", "F925 error status new is new in every house"),
        (
            "statuses: {new: {type: new, active: §false}}",
            "F925 error status new cannot be taken out of use",
        ),
        (
            f"statuses: {{§mine: {{type: open, label: {BOTH}}}}}",
            'F102 error status mine needs "public"',
        ),
        (
            f"statuses: {{mine: {{type: open, label: §{{tr: a}}, public: {BOTH}}}}}",
            "F922 error status mine: label has no en",
        ),
    ],
)
def test_mistakes_in_statuses(text: str, told: str) -> None:
    check(told, text)


def test_a_type_of_state_cannot_be_added() -> None:
    (found,) = problems(f"statuses: {{mine: {{type: waiting, label: {BOTH}, public: {BOTH}}}}}")
    assert (found.code, found.at.column) == ("F103", 25)


def test_a_house_with_another_language_words_every_status() -> None:
    around = replace(AROUND, languages=("tr", "en", "az"))
    found = problems("statuses: {new: {type: new, label: {tr: a, en: b, az: c}}}", around=around)
    assert {each.code for each in found} == {"F922"}
    assert sorted(each.message for each in found) == sorted(
        f"status {name} has no az" for name in DEFAULT_STATUSES if name != "new"
    )


PRODUCTS = """
products:
  cards:
    label: {tr: Kart, en: Card}
    level: group
    attributes: {currency: TRY, plastic: "1"}
    children:
      gold: {label: {tr: Altın, en: Gold}, attributes: {plastic: "2"}, related: [app]}
  mobile_app: {label: {tr: Uygulama, en: App}, code: app}
"""


def test_products_hand_their_attributes_down() -> None:
    catalogue = loaded(PRODUCTS)
    assert catalogue.products["cards.gold"] == Product(
        "cards.gold",
        "gold",
        {"tr": "Altın", "en": "Gold"},
        "cards",
        "",
        {"currency": "TRY", "plastic": "2"},
        ("app",),
    )
    assert catalogue.product("gold") is catalogue.product("cards.gold")
    assert catalogue.product("app") is catalogue.products["mobile_app"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            PRODUCTS.replace("[app]", "[§mobile_app]"),
            'F920 error no product "mobile_app"; there is app, cards, gold',
        ),
        (
            PRODUCTS.replace("code: app", "code: §gold").replace(", related: [app]", ""),
            'F921 error code "gold" is there already, in line 8',
        ),
    ],
)
def test_mistakes_in_products(text: str, told: str) -> None:
    check(told, text)
