"""`ivr call`: a phone in the terminal, typed at or fed by a pipe or a file."""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import pytest
import typer
from typer.testing import CliRunner

from ivr.app import build as app_build
from ivr.cli import app, calling
from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD
from ivr.runtime.memory.clock import VirtualClock
from tests.fakes.served import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ivr.app import Parts, Server
    from ivr.config.model import Config

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
QUESTION = ["[tr] 1, 2.", "  (listening)"]
SECRET = ["[tr] Şifre.", "  (listening; what you type is secret)"]
END = ["[tr] Hoş.", "Call ended (hangup), outcome left_menu"]
HUNG_UP = ["Call ended (caller), outcome left_menu"]
STEP_S = 0.05
Shown = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A flow of few and short words in the working folder; the logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    (tmp_path / "flows").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "flows" / "short.yaml").write_text(FLOW)
    (tmp_path / "flows" / "prompts.yaml").write_text(PROMPTS)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)


async def pass_time(clock: VirtualClock) -> None:
    """Time that runs as fast as everything that wants to run lets it."""
    while True:
        await clock.advance(STEP_S)


@pytest.fixture
def hurried(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """Calls take no time; the servers that were put together."""
    made: list[Server] = []

    async def build(config: Config, parts: Parts) -> Server:
        clock = VirtualClock()
        server = await app_build(config, replace(parts, clock=clock))
        server.tasks.start(pass_time(clock), "time")
        made.append(server)
        return server

    monkeypatch.setattr(calling, "build", build)
    return made


@pytest.fixture
def typed(hurried: list[Server], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """What stands on standard input: text in a pipe that has ended, or an open file."""
    opened: list[TextIO] = []

    def feed(what: str | TextIO) -> None:
        if isinstance(what, str):
            here, there = os.pipe()
            os.write(there, what.encode())
            os.close(there)
            what = os.fdopen(here)
        opened.append(what)
        monkeypatch.setattr(sys, "stdin", what)

    yield feed
    for each in opened:
        each.close()


def call(flow: str | None = None, caller: str = "+905321112233") -> int:
    return calling.call(flow, Path("config.yaml"), caller)


# --- fed by a pipe or a file ----------------------------------------------------------------------


def test_lines_are_keyed_when_the_flow_listens(typed: Callable[..., None], capsys: Shown) -> None:
    typed("1\n9753\n")
    assert call("short") == GOOD
    shown = capsys.readouterr()
    lines = [calling.PIPED, *QUESTION, *SECRET, "[tr] Sağ ol.", *END]
    assert shown.out.splitlines() == lines
    assert shown.err == ""


def test_words_count_as_well_as_keys(typed: Callable[..., None], capsys: Shown) -> None:
    typed("ŞİFRE\n9753")
    assert call() == GOOD
    assert capsys.readouterr().out.splitlines()[1:] == [
        *QUESTION,
        *SECRET,
        "[tr] Sağ ol.",
        *END,
    ]


def test_an_empty_line_says_nothing(typed: Callable[..., None], capsys: Shown) -> None:
    typed("\n\n\n2\n")
    assert call() == GOOD
    assert capsys.readouterr().out.splitlines()[1:] == [*QUESTION, *QUESTION, *END]


@pytest.mark.parametrize("word", ["h", "hangup", "Hang Up"])
def test_one_can_hang_up(typed: Callable[..., None], capsys: Shown, word: str) -> None:
    typed(f"7\n{word}\n1\n")
    assert call() == GOOD
    assert capsys.readouterr().out.splitlines()[1:] == [*QUESTION, *QUESTION, *HUNG_UP]


def test_the_end_of_the_lines_hangs_up_at_the_next_question(
    typed: Callable[..., None], capsys: Shown
) -> None:
    typed("1\n")
    assert call("short") == GOOD
    assert capsys.readouterr().out.splitlines()[1:] == [*QUESTION, *SECRET, *HUNG_UP]


def test_a_file_is_as_good_as_a_pipe(
    folder: Path, typed: Callable[..., None], capsys: Shown
) -> None:
    (folder / "typed").write_text("2\n")
    typed((folder / "typed").open(encoding="utf-8"))
    assert call() == GOOD
    assert capsys.readouterr().out.splitlines()[1:] == [*QUESTION, *END]


def test_nothing_at_all_on_standard_input_hangs_up(
    typed: Callable[..., None], capsys: Shown
) -> None:
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        typed(nothing)
        assert call() == GOOD
    shown = capsys.readouterr()
    assert shown.out.splitlines()[1:] == [*QUESTION, *HUNG_UP]
    assert shown.err == ""


# --- at a keyboard --------------------------------------------------------------------------------


@pytest.fixture
def keyboard(typed: Callable[..., None]) -> Iterator[int]:
    """The other end of a terminal that standard input is."""
    there, here = os.openpty()
    typed(os.fdopen(here))
    yield there
    os.close(there)


def test_at_a_keyboard_a_line_counts_at_once(keyboard: int, capsys: Shown) -> None:
    os.write(keyboard, b"2\n")
    assert call() == GOOD
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line not in QUESTION] == [calling.HELP, *END]


def test_at_a_keyboard_the_end_of_input_hangs_up(keyboard: int, capsys: Shown) -> None:
    os.write(keyboard, b"\x04")
    assert call() == GOOD
    assert capsys.readouterr().out.splitlines()[-1:] == HUNG_UP


def test_the_keyboard_is_left_as_it_was(keyboard: int) -> None:
    assert os.get_blocking(sys.stdin.fileno())
    os.write(keyboard, b"h\n")
    assert call() == GOOD
    assert os.get_blocking(sys.stdin.fileno())


# --- who calls and what answers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "ani"),
    [
        ("+905321112233", "+905321112233"),
        ("0532 111 22 33", "+905321112233"),
        ("", None),
        ("anonymous", None),
    ],
)
def test_the_caller_has_the_number_that_was_asked_for(
    folder: Path, typed: Callable[..., None], capsys: Shown, caller: str, ani: str | None
) -> None:
    prompt = 'thanks: {tr: "Sizi tanıdık[, {call.ani|phone}]."}'
    prompts = PROMPTS.replace('thanks: {tr: "Sağ ol."}', prompt)
    (folder / "flows" / "prompts.yaml").write_text(prompts)
    typed("1\n9753\n")
    assert call(caller=caller) == GOOD
    (thanks,) = [x for x in capsys.readouterr().out.splitlines() if x.startswith("[tr] Sizi")]
    assert thanks == ("[tr] Sizi tanıdık." if ani is None else thanks)
    assert ("otuz üç" in thanks) is (ani is not None)


@pytest.mark.parametrize("caller", ["12", "me", "+"])
@pytest.mark.usefixtures("folder")
def test_a_caller_that_is_no_number_is_not_taken_for_a_withheld_one(
    capsys: Shown, caller: str
) -> None:
    assert call(caller=caller) == CANNOT_RUN
    shown = capsys.readouterr()
    assert shown.err.startswith(f'"{caller}" is no telephone number; ')
    assert shown.out == ""


@pytest.mark.usefixtures("folder")
def test_a_flow_that_is_not_there_cannot_be_called(capsys: Shown) -> None:
    assert call("long") == CANNOT_RUN
    shown = capsys.readouterr()
    assert shown.err == 'there is no flow "long"; there are short\n'
    assert shown.out == ""


def test_a_project_without_flows_cannot_be_called(folder: Path, capsys: Shown) -> None:
    (folder / "config.yaml").write_text("zone: Europe/Istanbul\n")
    for file in (folder / "flows").iterdir():
        file.unlink()
    assert call() == CANNOT_RUN
    assert capsys.readouterr().err == "no flow: flows has none\n"


def test_a_broken_flow_is_told_and_not_called(folder: Path, capsys: Shown) -> None:
    (folder / "flows" / "short.yaml").write_text(FLOW.replace("giveup: bye", "giveup: by"))
    assert call() == FOUND
    shown = capsys.readouterr()
    assert shown.err.count(" F201 error ") == 2
    assert shown.out == ""


@pytest.mark.parametrize(("text", "code"), [(None, CANNOT_RUN), ("zone: Nowhere/Else\n", FOUND)])
def test_without_a_good_configuration_nothing_is_called(
    folder: Path, text: str | None, code: int
) -> None:
    (folder / "config.yaml").unlink()
    if text is not None:
        (folder / "config.yaml").write_text(text)
    with pytest.raises(typer.Exit) as told:
        call()
    assert told.value.exit_code == code


def test_a_call_leaves_nothing_behind(folder: Path, typed: Callable[..., None]) -> None:
    before = sorted(folder.rglob("*"))
    typed("2\n")
    assert call() == GOOD
    assert sorted(folder.rglob("*")) == before


# --- the command itself, on real time -------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_the_command_ends_with_the_exit_code() -> None:
    done = CliRunner().invoke(app, ["call", "long"])
    assert done.exit_code == CANNOT_RUN
    assert 'no flow "long"' in done.stderr


async def test_a_piped_call_takes_its_time_and_shows_no_secret(folder: Path) -> None:
    code, out, errors = await said(folder, "call", "short", typed="1\n9753\n")
    assert (code, errors) == (0, "")
    assert out.splitlines()[1:] == [*QUESTION, *SECRET, "[tr] Sağ ol.", *END]
    assert "9753" not in out
