"""What one key says about another; most of it is a row of the table in test_load.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///var/ivr.db",
        "sqlite:////data/ivr.db",
        "postgresql://host/name",
        "postgresql://user:secret@host:5432/name",
    ],
)
def test_addresses_of_both_databases_are_taken(load: Load, url: str) -> None:
    assert load(f"database: '{url}'").database.reveal() == url


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "postgres://h/n", "var/ivr.db", "postgresql://host"]
)
def test_other_addresses_are_refused(problems: Problems, url: str) -> None:
    [line] = problems(f"database: '{url}'")
    assert line.startswith("1:11 C103 error this is no address of a database")


def test_http_is_fine_while_every_listener_is_on_loopback(load: Load, problems: Problems) -> None:
    web = "web: {listen: 127.0.0.1:1, ops_listen: '%s', public_base: http://a.example}"
    assert load(web % "127.0.0.1:2").is_local
    [line] = problems(web % "0.0.0.0:2")
    assert " C114 " in line


def test_a_mistake_in_web_hides_the_address_that_seems_to_be_missing(problems: Problems) -> None:
    lines = problems("web: {listen: 0.0.0.0:80, public_base: nowhere}")
    assert [line.split()[1] for line in lines] == ["C103"]


def test_a_trunk_with_mistakes_can_still_be_named_by_a_number(problems: Problems) -> None:
    lines = problems(
        'trunks: {main: {provider: twilio}}\nnumbers: {"112": {flow: bank, trunks: [main]}}'
    )
    assert {line.split()[1] for line in lines} == {"C102"}


def test_a_place_with_one_number_serves_every_language(load: Load) -> None:
    config = load("places: {desk: {number: '+902125550001'}}")
    assert config.places["desk"].number == "+902125550001"
    assert config.places["desk"].kind == "bridge"


def test_hours_are_checked_in_the_zone_of_the_file(load: Load) -> None:
    assert (
        load("hours: {b: {open: {mon: 09:00-18:00}, switch: storm}}").hours["b"]["switch"]
        == "storm"
    )


def test_a_simulator_that_others_can_reach_refuses_the_start(problems: Problems) -> None:
    text = (
        "zone: Europe/Istanbul\n"
        'web: {listen: "0.0.0.0:8080", public_base: "https://ivr.example"}\n'
        "trunks:\n"
        "  browser: {provider: simulator}\n"
    )
    (line,) = problems(text)
    assert line.startswith("4:12 C116 error the simulator lets anybody")
