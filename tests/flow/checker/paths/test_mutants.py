"""Small damages of the bank example: each is named with the right code on the right line."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.flow.checker.bank import bank_files
from tests.flow.checker.paths.cases import damaged, line_of, problems


class Mutant(NamedTuple):
    """A damage. code and where: what must be said, on the line that holds these words (in the
    file `at`, if it is not the damaged one)."""

    file: str
    old: str
    new: str
    code: str
    where: str
    at: str = ""


AGENT_QUEUE = "{queue: general, longest: 10m, full: voicemail, timeout"
LOST_WORDS = "en: [lost card, stolen]}}\n"
MUTANTS = (
    # graph
    Mutant(
        "bank", "    - say: loan_offer\n    - go: loans_queue", "    - say: loan_offer", "F110",
        "  loans_offer:",
    ),
    Mutant(
        "bank", "    - say: loan_offer\n", "    - go: loans_queue\n    - say: loan_offer\n", "F109",
        "- say: loan_offer",
    ),
    Mutant(
        "bank", "  sorry:\n", "  old_menu:\n    - hangup: goodbye\n  sorry:\n", "F601",
        "  old_menu:",
    ),
    Mutant("bank",
           "by: =default(call.ani, call.id)       # the same caller always takes the same way\n",
           "by: =default(call.ani, call.id)\n    - say: loan_offer\n", "F109", "- say: loan_offer"),
    Mutant("bank", "    - go: callback_booked\n", "    - outcome: callback\n", "F110",
           "  book_callback:"),
    Mutant("bank", "only: call.talked\n", "only: call.talked\n    - say: goodbye\n", "F111",
           "    - say: goodbye"),
    Mutant("bank", "only: call.talked\n", "only: call.talked\n    - go: agent\n", "F111",
           AGENT_QUEUE),
    Mutant("bank", "hangup: wrap_up, ", "", "F601", "  wrap_up: "),
    Mutant("bank", "hangup: wrap_up, ", "hangup: sorry, ", "F111", "    - say: technical_problem"),
    # loops
    Mutant("bank", "    - say: technical_problem\n    - go: agent",
           "    - say: technical_problem\n    - go: sorry", "F603", "  sorry:"),
    Mutant("bank", "    - say: emergency\n    - hangup: goodbye",
           "    - say: emergency\n    - go: closed_for_now", "F603", "  closed_for_now:"),
    Mutant("bank", "    - say: technical_problem\n    - go: agent",
           "    - ticket: voicemail_ticket\n    - go: sorry",
           "F602", "  sorry:"),
    Mutant("identify", "        - visits('ask_pin') >= 3: locked\n",
           "        - not verdict.ok: locked\n", "F410", "    - ask: pin_prompt"),
    Mutant("bank", "full: voicemail\n      timeout", "full: cards_queue\n      timeout", "F608",
           "    - queue: cards"),
    Mutant("bank", AGENT_QUEUE, AGENT_QUEUE.replace("full: voicemail", "full: sorry"), "F608",
           "{queue: general"),
    Mutant("bank", "locked: agent\n", "locked: balance\n", "F410", "    - run: identify"),
    # keys and words
    Mutant("bank", '        "3": {go: loans', '        "0": {go: agent}\n        "3": {go: loans',
           "F401", '        "0": {go: agent}'),
    Mutant("bank", '        "3": {go: loans',
           '        "12": {go: loans_queue}\n        "3": {go: loans',
           "F402", '        "12":'),
    Mutant("bank", "tr: [kredi]", "tr: [Bakıye]", "F403", "tr: [Bakıye]"),
    Mutant("bank", "en: [loan]", "en: [AGENT]", "F403", "en: [AGENT]"),
    Mutant("bank", "tr: [tekrar]", "tr: [TEMSİLCİ]", "F403", "tr: [TEMSİLCİ]"),
    Mutant("prompts", "kredi için 3'ü tuşlayın.", "kredi tuşlayın.", "F404",
           "  tr: \"Bakiye için 1'i"),
    Mutant("prompts", "for loans press 3.", "for loans press.", "F404", "  en: \"For your balance"),
    Mutant("prompts", "for loans press 3.", "for loans press 3, for a car press 4.", "F405",
           "  en: \"For your balance"),
    Mutant("prompts", "kredi için 3'ü tuşlayın.", "kredi için 3'ü, araç için 4'ü tuşlayın.", "F405",
           "  tr: \"Bakiye için 1'i"),
    Mutant("prompts", 'en: "Main menu 1, finish 2."', 'en: "Main menu 1, finish 3."', "F404",
           'en: "Main menu 1, finish 3."'),
    Mutant("bank", '        "3": {go: loans, words: {tr: [kredi], en: [loan]}}\n', "", "F405",
           "  tr: \"Bakiye için 1'i", "prompts"),
    Mutant("bank", "      digits: 10-11\n      end_key: \"#\"\n", "      digits: 10-11\n", "F407",
           "    - ask: callback_number"),
    Mutant("bank", "      end_key: \"#\"\n      secret: true",
           "      end_key: \"*\"\n      always: true\n      secret: true", "F411",
           "      end_key: \"*\""),
    Mutant("bank", "speech: true}", "speech: true, last: 1s}", "", ""),
    # steps
    Mutant("bank", "      retry: 1\n      meanwhile: one_moment\n", "      retry: 1\n", "F412",
           "    - fetch: card_block"),
    Mutant("bank", "{loans_offer: 10, loans_queue: 90}", "{loans_offer: 5, loans_queue: 90}",
           "F607", "- split:"),
    Mutant("prompts", "Anadolu Bank'a hoş geldiniz[", "Anadolu " + "Bank " * 70 + "[", "F505",
           "welcome_back:"),
    # promises
    Mutant("bank", "human_within: 90s", "human_within: 40s", "F604", "human_within: 40s"),
    Mutant("bank", "stuck_within: 240s", "stuck_within: 160s", "F605", "stuck_within: 160s"),
    Mutant("bank", "menu_depth: 2", "menu_depth: 1", "F606", "menu_depth: 1"),
    Mutant("bank", "agent_key_within: 45s", "agent_key_within: 14s", "F609",
           "agent_key_within: 14s"),
    Mutant("bank", "first: 6s,", "first: 40s,", "F604", "human_within: 90s"),
    Mutant("bank", "      giveup: agent\n  balance:", "      giveup: main\n  balance:", "F604",
           "human_within: 90s"),
    Mutant("bank", "never_leaves: [card, identify.pin]",
           "never_leaves: [card, identify.pin]\n  rules: [tr_epdkk]", "F203", "rules: [tr_epdkk]"),
)  # fmt: skip


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "mutant",
    [pytest.param(each, id=f"{number}-{each.code}") for number, each in enumerate(MUTANTS)],
)
def test_each_damage_is_named_on_its_line(mutant: Mutant) -> None:
    found = damaged(mutant.file, mutant.old, mutant.new)
    if not mutant.code:
        assert found == []
        return
    at = mutant.at or mutant.file
    change = ("", "") if mutant.at else (mutant.old, mutant.new)
    assert f"{line_of(at, mutant.where, *change)} {mutant.code}" in found


def test_the_example_itself_is_clean() -> None:
    assert problems(bank_files(), "bank") == []


def test_there_are_enough_of_them() -> None:
    assert sum(bool(mutant.code) for mutant in MUTANTS) >= 30
