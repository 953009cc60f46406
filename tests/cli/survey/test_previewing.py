"""A survey is looked at before anybody is asked: words, keys, costs, mistakes, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD
from ivr.cli.survey.previewing import Wish, preview
from tests.fakes.served import shipped

CONFIG, FILE = Path("config.yaml"), Path("flows/surveys/support.yaml")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped(tmp_path)
    monkeypatch.chdir(tmp_path)


def show(name: str = "support", language: str = "", medium: str = "") -> int:
    return preview(name, CONFIG, Wish(language, medium))


def edit(old: str, new: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    FILE.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_all_of_it_is_shown_where_nothing_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert show() == GOOD
    out = capsys.readouterr().out
    heads = [line for line in out.splitlines() if line.startswith("support, ")]
    assert [head.split(" (")[0] for head in heads] == [
        "support, tr, on the line", "support, tr, by text:",
        "support, en, on the line", "support, en, by text:",
    ]  # fmt: skip
    assert "    [9 = never again, any other key skips it]\n" in out
    assert "    [1 part, GSM-7, " in out
    assert '    [2 parts, UCS-2, 90 characters, 90 units, dearer by "ş"]\n' in out


def test_a_file_is_shown_as_one_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert show() == show(FILE.as_posix()) == GOOD
    both = capsys.readouterr().out
    assert both[: len(both) // 2] == both[len(both) // 2 :]


def test_a_file_from_elsewhere_is_shown_too(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("drafts") / "support.yaml"
    elsewhere.write_bytes(FILE.read_bytes())
    assert show(elsewhere.as_posix(), "en", "voice") == GOOD
    assert capsys.readouterr().out.startswith("support, en, on the line")


def test_warnings_stand_behind_it_and_mistakes_alone(capsys: pytest.CaptureFixture[str]) -> None:
    edit("gap: 30d", "gap: 1d")
    assert show(medium="voice") == GOOD
    out = capsys.readouterr().out
    assert "V16 warning" in out.splitlines()[-1]
    assert "on the line" in out
    edit("['cards', 'loans'", "['crads', 'loans'")
    assert show() == FOUND
    out = capsys.readouterr().out
    assert out.startswith("flows/surveys/support.yaml:51:34 V18 error ")
    assert "on the line" not in out


def test_a_plan_in_plain_letters_is_shown_as_it_writes(capsys: pytest.CaptureFixture[str]) -> None:
    edit("    year_cap: 4\n", "    year_cap: 4\n    alphabet: plain\n")
    assert show(language="tr", medium="sms") == GOOD
    out = capsys.readouterr().out
    assert out.startswith("support, tr, by text, alphabet: plain:\n")
    assert "gorusmenizi" in out.replace("ö", "o").replace("ü", "u")
    assert "UCS-2" not in out


def test_what_agents_are_asked_is_shown_as_on_their_desk(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert show("impression", "en") == GOOD
    out = capsys.readouterr().out
    assert out.startswith("impression, en, on the desk of the agent:\n  csat\n")


@pytest.mark.parametrize(
    ("name", "language", "medium", "told"),
    [
        ("nothing", "", "", "impression, relationship, support"),
        ("support", "de", "", 'it does not speak "de"; write tr or en'),
        ("support", "", "fax", '"fax" is not previewed; write voice or sms'),
    ],
)
def test_what_cannot_be_shown_is_told(
    name: str, language: str, medium: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show(name, language, medium) == CANNOT_RUN
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err
