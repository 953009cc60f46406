"""Reading prompt files. `§` marks the mistake."""

from __future__ import annotations

import pytest

from ivr.flow.load.findings import Findings
from ivr.flow.load.prompt_files import WrittenPrompt, read_prompts
from ivr.flow.load.recordings import Recording
from ivr.flow.reader import read
from ivr.media.loudness import Level
from tests.flow.shop import PROMPTS, check, files, loaded

MISTAKES = [
    ("§Bad: {tr: a, en: b}\n", 'F105 error "Bad" is not a name; use a-z, 0-9 and _'),
    ("§next: {tr: a, en: b}\n", 'F206 error "next" is a reserved word'),
    ("one: §a\n", "F103 error one wants a text for each language"),
    ("one: {§TR: a}\n", 'F103 error "TR" is not a language; write it as tr or en'),
    ("one: {tr: §[a]}\n", "F103 error one wants one text for tr"),
    ("one: {tr: §{voice: v}}\n", 'F102 error one needs a "text" for tr'),
    (
        "one: {tr: {text: a, §vioce: v}}\n",
        'F101 error a prompt has no field "vioce"; did you mean "voice"?',
    ),
    ("one: {tr: {text: a, voice: §[v]}}\n", "F103 error voice wants one value"),
    ('one: {tr: "a §[b", en: b}\n', 'F507 error "[" is not closed'),
    ("one: {tr: a}\ntwo:\n  tr: a §] b\n", 'F507 error "]" without "["; write ]] for the sign'),
    (
        'one: {tr: "çok §{customer.name}", en: b}\n',
        "F503 error {customer.name} is in tr but not in en",
    ),
    (
        'one: {tr: "§{customer.nmae}", en: "{customer.name}"}\n',
        "F503 error {customer.nmae} is in tr but not in en; en has {customer.name}",
    ),
    ('one: {tr: a, en: "b [§{x}]"}\n', "F503 error {x} is in en but not in tr"),
    (
        'one: {tr: "a §{x|mony}"}\n',
        'F504 error no format "mony"; the formats are number, ordinal, percent, money, digits,'
        " code, phone, date, time, datetime, duration, count",
    ),
    (
        'one: {tr: "a §{x|digits:12}"}\n',
        'F504 error digits takes a group size from 1 to 9, as digits:4; found ":12"',
    ),
]


@pytest.mark.parametrize(("written", "message"), MISTAKES)
def test_a_wrong_prompt_is_told_where_it_is(written: str, message: str) -> None:
    check(files(prompts=PROMPTS + written), message)


def parsed(
    text: str, recordings: dict[tuple[str, str], Recording] | None = None
) -> dict[str, WrittenPrompt]:
    """Prompts of a file without mistakes."""
    document, problems = read("prompts.yaml", text.encode())
    findings = Findings()
    assert document is not None
    found = read_prompts(document.root, recordings or {}, findings)
    assert (problems, list(findings.problems)) == ((), [])
    return found


def test_a_prompt_has_texts_voices_places_and_lengths() -> None:
    prompt = parsed(
        'one:\n  tr: "14 harf burada"\n  en: {text: "{x|money}", voice: en-2}\n'.replace(
            '"{x|money}"', "fourteen signs"
        )
    )["one"]
    assert prompt.texts["tr"].longest_s == pytest.approx(1.0)
    assert prompt.texts["en"].voice == "en-2"
    assert prompt.words["en"] == "fourteen signs"
    assert (prompt.at.line, prompt.inside_at.column) == (1, 3)
    assert (prompt.texts["en"].at.line, prompt.texts["en"].at.column) == (3, 14)


def test_values_count_for_the_length() -> None:
    prompt = parsed('one: {tr: "[{a|money}] {b}"}\n')["one"]
    assert prompt.texts["tr"].longest_s == pytest.approx(3.5 + 1 + 1 / 14)


USUAL = Level(-23.0, -6.0)


def test_a_recording_replaces_a_text_without_values_only() -> None:
    sounds = {
        ("tr", "one"): Recording("p/tr/one.wav", "hash", 2.5, USUAL),
        ("tr", "two"): Recording("p/tr/two.wav", "hash", 2.5, USUAL),
    }
    prompts = parsed('one: {tr: a, en: b}\ntwo: {tr: "{x}"}\n', sounds)
    assert (prompts["one"].texts["tr"].audio, prompts["one"].texts["tr"].longest_s) == ("hash", 2.5)
    assert prompts["one"].texts["en"].audio == ""
    assert prompts["one"].recordings == ("p/tr/one.wav",)
    assert (prompts["two"].texts["tr"].audio, prompts["two"].recordings) == ("", ())


def test_a_file_that_is_no_map_is_told() -> None:
    check(
        files(prompts="§- hello\n") | EMPTY,
        "F103 error a file of prompts is a map of name: {language: text}",
    )


def test_an_empty_file_has_no_prompts() -> None:
    assert parsed("# nothing yet\n") == {}


def test_prompts_of_a_flow_win_over_shared_ones() -> None:
    folder = files() | {"flows/shop.prompts.yaml": b"bye: {tr: Hoscakal., en: So long.}\n"}
    flows = loaded(folder).flows
    assert flows["shop"].prompts["bye"]["en"].template.literals == ("So long.",)
    assert flows["pin"].prompts["hello"]["en"].template.literals == ("Hello.",)


REST = "version: 1\nlanguages: [tr]\nstart: a\nnodes: {a: [hangup]}\n"
EMPTY = {f"flows/{name}.yaml": f"flow: {name}\n{REST}".encode() for name in ("shop", "pin")}
