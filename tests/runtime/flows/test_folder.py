"""Flows and tickets are checked as one folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.config.load import load_config
from ivr.runtime.flows.folder import check_folder
from ivr.runtime.flows.library import read_folder
from ivr.runtime.memory.clock import START

if TYPE_CHECKING:
    from ivr.config.model import Config

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(ROOT / "config.yaml", os.environ, now=START)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    monkeypatch.chdir(ROOT)
    return dict(read_folder(Path("flows")))


def test_the_shipped_folder_has_flows_and_a_catalogue(
    config: Config, files: dict[str, bytes]
) -> None:
    found = check_folder(files, config, START)
    assert found.book is not None
    assert sorted(found.book.live) == ["bank", "pharmacy", "status"]
    assert found.catalogue is not None
    assert "cards.lost" in found.catalogue.categories
    assert [each for each in found.problems if each.severity == "error"] == []


def test_a_prompt_that_only_a_form_asks_with_is_used(
    config: Config, files: dict[str, bytes]
) -> None:
    codes = [each.code for each in check_folder(files, config, START).problems]
    assert "F506" not in codes
    files.pop("flows/tickets/catalogue.yaml")
    unused = [each for each in check_folder(files, config, START).problems if each.code == "F506"]
    assert len(unused) == 4


def test_a_mistake_in_the_tickets_costs_the_catalogue_and_not_the_flows(
    config: Config, files: dict[str, bytes]
) -> None:
    files["flows/tickets/sla.yaml"] = b"policies: {p: {hours: never, targets: {accept: 1h}}}\n"
    found = check_folder(files, config, START)
    assert found.catalogue is None
    assert found.book is not None
    (told,) = [each for each in found.problems if each.severity == "error"]
    assert (told.code, told.at.file) == ("F920", "flows/tickets/sla.yaml")


def test_a_flow_that_opens_a_ticket_of_no_category_is_told(
    config: Config, files: dict[str, bytes]
) -> None:
    line = b"- ticket: card_lost_ticket"
    assert line in files["flows/bank.yaml"]
    files["flows/bank.yaml"] = files["flows/bank.yaml"].replace(
        line, line + b"\n      category: cards.lots", 1
    )
    found = check_folder(files, config, START)
    assert found.book is None
    (told,) = [each for each in found.problems if each.severity == "error"]
    assert (told.code, told.hint) == ("F920", 'did you mean "cards.lost"?')


def test_what_agents_are_asked_is_no_step_of_a_call(
    config: Config, files: dict[str, bytes]
) -> None:
    bank = next(path for path in files if path.endswith("bank.yaml"))
    text = files[bank].decode()
    assert "- survey: support" in text
    wrong = text.replace("- survey: support", "- survey: impression")
    wrong = wrong.replace("surveys: [support]", "surveys: [impression]")
    found = check_folder({**files, bank: wrong.encode()}, config, START)
    told = [each.message for each in found.problems if each.severity == "error"]
    assert any("impression" in each for each in told), told
