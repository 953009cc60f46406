"""A version changes with the meaning of a flow and with nothing else."""

from __future__ import annotations

import re

import pytest

from ivr.engine.verbs import SPECS
from ivr.flow.loader import load
from tests.flow.bank import bank_files, bank_world
from tests.flow.load.test_recordings import wav

BANK, IDENTIFY, PROMPTS = "flows/bank.yaml", "flows/identify.yaml", "flows/prompts.yaml"


def version(changed: dict[str, bytes] | None = None) -> str:
    """The hash of the bank with some files changed."""
    found = load(bank_files() | (changed or {}), SPECS, bank_world())
    return found.bundles["bank"].hash


def edited(path: str, old: str, new: str) -> dict[str, bytes]:
    text = bank_files()[path].decode()
    assert old in text
    return {path: text.replace(old, new, 1).encode()}


def test_a_version_is_twelve_hex_signs_and_the_same_each_time() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", version())
    assert version() == version()


@pytest.mark.parametrize(
    "change",
    [
        edited(BANK, "# flows/bank.yaml: Anadolu Bank", "# another remark, and\n\n# one more"),
        edited(BANK, "start: welcome", 'start:   "welcome"  # quoted'),
        edited(BANK, "- say: loan_offer", "- {say: loan_offer}"),
        edited(BANK, "  hours: [branch]", "  hours:\n    - branch"),
        edited(IDENTIFY, "limit: 3s", "limit:    3s"),
        edited(PROMPTS, "one_moment:", "# hm\none_moment:"),
        {PROMPTS: bank_files()[PROMPTS] + b"unused: {tr: a, en: b}\n"},
        {"flows/other.prompts.yaml": b"goodbye: {tr: a, en: b}\n"},
        {"flows/prompts/tr/unused.wav": wav()},
        {"flows/prompts/tr/balance_is.wav": wav()},
        {BANK: bank_files()[BANK].replace(b"\n", b"\r\n")},
    ],
)
def test_looks_do_not_change_the_version(change: dict[str, bytes]) -> None:
    assert version(change) == version()


@pytest.mark.parametrize(
    "change",
    [
        edited(BANK, "longest: 10m", "longest: 11m"),
        edited(BANK, "start: welcome", "start: main"),
        edited(IDENTIFY, "tries: 2", "tries: 3"),
        edited(PROMPTS, "Goodbye.", "Goodbye!"),
        edited(PROMPTS, "That PIN is wrong.", "Wrong PIN."),
        edited(PROMPTS, 'en: "Goodbye."', 'en: {text: "Goodbye.", voice: en-2}'),
        {"flows/prompts/tr/goodbye.wav": wav()},
        {"flows/bank.prompts.yaml": b"goodbye: {tr: a, en: b}\n"},
    ],
)
def test_what_a_caller_would_notice_changes_the_version(change: dict[str, bytes]) -> None:
    assert version(change) != version()


def test_the_same_recording_twice_is_told_apart_from_another() -> None:
    one, other = wav(), wav(seconds=0.6)
    path = "flows/prompts/tr/goodbye.wav"
    assert version({path: one}) == version({path: one})
    assert version({path: one}) != version({path: other})
