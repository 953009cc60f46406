"""`ivr call`: a phone in the terminal, typed at or fed by a pipe or a file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from ivr.cli import app
from tests.fakes.served import ROOT, said

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "zone: Europe/Istanbul\nnumbers:\n  '+908502220000': {flow: short}\n"
FLOW = """\
flow: short
version: 1
languages: [tr]
start: begin
vars: {pin: sealed digits?, word: text = yok}
listen: {first: 1s, between: 1s, tries: 2}
rescue: {error: bye, emergency: bye}
nodes:
  begin:
    - menu: ask_key
      keys: {"1": {go: secret, words: {tr: [şifre]}}, "2": bye}
      giveup: bye
  secret:
    - ask: ask_pin
      into: pin
      digits: 4
      secret: true
      giveup: bye
    - say: thanks
      only: known(pin)
    - go: bye
  bye:
    - hangup: goodbye
"""
PROMPTS = """\
ask_key: {tr: "1, 2."}
ask_pin: {tr: "Şifre."}
thanks: {tr: "Sağ ol."}
goodbye: {tr: "Hoş."}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A flow of few and short words in the working folder."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "flows" / "short.yaml").write_text(FLOW)
    (tmp_path / "flows" / "prompts.yaml").write_text(PROMPTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_piped_lines_are_keyed_when_the_flow_listens(folder: Path) -> None:
    code, out, errors = await said(folder, "call", "short", typed="1\n9753\n")
    assert (code, errors) == (0, "")
    lines = out.splitlines()[1:]
    assert lines == [
        "[tr] 1, 2.",
        "  (listening)",
        "[tr] Şifre.",
        "  (listening; what you type is secret)",
        "[tr] Sağ ol.",
        "[tr] Hoş.",
        "Call ended (hangup), outcome left_menu",
    ]
    assert "9753" not in out


async def test_words_silence_and_hanging_up_work_as_well(folder: Path) -> None:
    code, out, _errors = await said(folder, "call", typed="\nşifre\nh\n")
    assert code == 0
    assert out.count("[tr] 1, 2.") == 2
    assert "[tr] Şifre." in out
    assert out.endswith("Call ended (caller), outcome left_menu\n")


async def test_a_pipe_that_ends_hangs_up_at_the_next_question(folder: Path) -> None:
    code, out, _errors = await said(folder, "call", "short", typed="")
    assert code == 0
    assert out.endswith("Call ended (caller), outcome left_menu\n")


def test_a_file_is_as_good_as_a_pipe(folder: Path) -> None:
    (folder / "typed").write_text("2\n")
    with (folder / "typed").open("rb") as typed:
        done = subprocess.run(
            [sys.executable, "-m", "ivr", "call"],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            stdin=typed,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert "[tr] Hoş." in done.stdout


@pytest.mark.usefixtures("folder")
def test_a_flow_that_is_not_there_cannot_be_called() -> None:
    done = CliRunner().invoke(app, ["call", "long"])
    assert done.exit_code == 2
    assert 'no flow "long"' in done.stderr


def test_a_broken_flow_is_told_and_not_called(folder: Path) -> None:
    (folder / "flows" / "short.yaml").write_text(FLOW.replace("giveup: bye", "giveup: by"))
    done = CliRunner().invoke(app, ["call"])
    assert done.exit_code == 1
    assert done.stderr.count(" F201 error ") == 2
