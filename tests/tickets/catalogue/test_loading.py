"""The whole catalogue: which files count, its hash, and categories that disappear."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.domain.problem import Position
from ivr.tickets.catalogue.loading import disappeared, read_catalogue
from ivr.tickets.catalogue.model import EMPTY
from ivr.tickets.catalogue.reading import Surroundings
from tests.tickets.catalogue.house import AROUND, BOTH, files, loaded, problems

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = f"categories: {{cards: {{label: {BOTH}, children: {{lost: {{label: {BOTH}}}}}}}}}"
SLA = "policies: {p: {hours: branch, targets: {accept: 1h}}}"
ASKING = f"categories: {{x: {{label: {BOTH}, form: {{f: {{type: text, ask: other}}}}}}}}"


def test_a_house_without_tickets_has_an_empty_catalogue() -> None:
    found, told = read_catalogue({"flows/shop.yaml": b"flow: shop\n"}, AROUND)
    assert told == ()
    assert found == EMPTY
    assert EMPTY.hash == ""


def test_the_settings_of_the_whole_are_read() -> None:
    found = loaded("close_after: 5\nhours: branch\n")
    assert (found.close_after_days, found.hours) == (5, "branch")
    plain = loaded("categories: {}")
    assert (plain.close_after_days, plain.hours) == (3, "")


@pytest.mark.parametrize(
    ("catalogue", "sla", "templates", "code", "column"),
    [
        ("hours: never", "", "", "F920", 8),
        ("close_after: soon", "", "", "F103", 14),
        ("categores: {}", "", "", "F101", 1),
        ("", "policys: {}", "", "F101", 1),
        ("", "", "template: {}", "F101", 1),
        ("- a", "", "", "F103", 1),
        ("", "policies: [a]", "", "F103", 11),
        ("a: b: c", "", "", "F002", 5),
        ("categories:", "", "", "F008", 1),
        ("teams: {a: {}, a: {}}", "", "", "F003", 16),
    ],
)
def test_mistakes_of_the_files_themselves(
    catalogue: str, sla: str, templates: str, code: str, column: int
) -> None:
    (found,) = problems(catalogue, sla, templates)
    assert (found.code, found.at.line, found.at.column) == (code, 1, column)


def test_an_empty_file_says_nothing_and_breaks_nothing() -> None:
    found, told = read_catalogue(files("# later\n"), AROUND)
    assert told == ()
    assert found is not None
    assert found.categories == {}


def test_a_file_that_nobody_reads_is_told_and_the_rest_is_used() -> None:
    folder = {**files(CATALOGUE), "flows/tickets/catalog.yaml": b"a: b\n"}
    found, told = read_catalogue(folder, AROUND)
    assert [str(each) for each in told] == [
        'flows/tickets/catalog.yaml:1:1 F928 warning nobody reads "catalog.yaml"; '
        'did you mean "catalogue.yaml"?'
    ]
    assert found is not None
    assert "cards" in found.categories


def test_prompts_are_those_of_the_flows() -> None:
    folder = files(ASKING)
    assert [each.code for each in read_catalogue(folder, AROUND)[1]] == ["F920"]
    folder["flows/prompts.yaml"] += b"other: {tr: a, en: b}\n"
    assert read_catalogue(folder, AROUND)[1] == ()
    del folder["flows/prompts.yaml"]
    assert [each.code for each in read_catalogue(folder, AROUND)[1]] == ["F920"]


def test_where_no_flows_are_there_prompts_are_not_asked_for() -> None:
    alone = {name: data for name, data in files(ASKING).items() if "tickets" in name}
    assert read_catalogue(alone, AROUND)[1] == ()


def test_a_broken_file_of_prompts_is_for_the_flows_to_tell() -> None:
    folder = {**files(ASKING), "flows/prompts.yaml": b"- a\n"}
    assert read_catalogue(folder, AROUND)[1] == ()


def test_the_hash_follows_what_is_said_and_not_how() -> None:
    plain = loaded(CATALOGUE, SLA)
    assert len(plain.hash) == 12
    assert loaded(f"# a comment\n{CATALOGUE}\n", SLA).hash == plain.hash
    assert loaded(CATALOGUE.replace("tr: a", "tr: c"), SLA).hash != plain.hash
    assert loaded(CATALOGUE).hash != plain.hash


def test_equal_files_give_equal_catalogues() -> None:
    assert loaded(CATALOGUE, SLA) == loaded(f"\n{CATALOGUE}", SLA)


def test_a_category_that_tickets_have_may_not_disappear() -> None:
    catalogue = loaded(CATALOGUE)
    assert disappeared({"cards", "cards.lost"}, catalogue, files(CATALOGUE)) == ()
    found = disappeared({"loans", "cards.found.late", "cards"}, catalogue, files(CATALOGUE))
    assert [str(each) for each in found] == [
        'flows/tickets/catalogue.yaml:1:14 F927 error category "cards.found.late" is gone, but '
        "tickets have it; keep it and set active: false",
        'flows/tickets/catalogue.yaml:1:1 F927 error category "loans" is gone, but '
        "tickets have it; keep it and set active: false",
    ]


def test_a_category_that_was_moved_keeps_its_tickets_by_its_code() -> None:
    moved = loaded(f"categories: {{loss: {{label: {BOTH}, code: cards.lost}}}}")
    assert disappeared({"cards.lost"}, moved) == ()


def test_without_any_file_it_is_told_where_it_should_be() -> None:
    (found,) = disappeared({"cards"}, EMPTY)
    assert found.at == Position("catalogue.yaml")


def test_the_shipped_catalogue_is_without_mistakes() -> None:
    folder = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "flows").rglob("*.yaml")
    }
    around = Surroundings(
        teams=("card_desk", "back_office"),
        queues=("cards", "loans", "general"),
        calendars=("branch", "pharmacy"),
    )
    found, told = read_catalogue(folder, around)
    assert told == ()
    assert found is not None
    assert found.categories["cards.lost"].priority == "urgent"
    assert found.policies[0].name == "complaints_vip"
    assert {each.notice for each in found.answers.values()} == {"", "receipt", "waiting", "result"}
