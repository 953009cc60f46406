"""Broken promises: the exact message, at the promise."""

from __future__ import annotations

from tests.flow.checker.bank import changed
from tests.flow.checker.paths.cases import messages, problems, said


def _broken(old: str, new: str) -> list[str]:
    return [line.removeprefix("flows/bank.yaml:") for line in messages("bank", old, new)]


def test_a_person_comes_too_late() -> None:
    assert _broken("human_within: 90s", "human_within: 40s") == [
        "7:17 F604 error human_within 40s broken: slow caller, tr, 43.1 s by welcome > main > agent"
    ]


def test_a_person_never_comes() -> None:
    assert _broken("      giveup: agent\n  balance:", "      giveup: main\n  balance:") == [
        "7:17 F604 error human_within 90s broken: silent caller, tr, never: "
        "main > main goes round for ever",
        "8:17 F605 error stuck_within 240s broken: silent caller, tr, never from main.menu: "
        "main > main goes round for ever",
    ]  # fmt: skip


def test_targets_of_rescue_are_held_to_it_too() -> None:
    found = _broken("human_within: 90s", "human_within: 3s")
    assert [line for line in found if "rescue" in line] == [
        "7:17 F604 error human_within 3s broken: silent caller, en, 3.4 s "
        "from rescue.emergency by closed_for_now",
        "7:17 F604 error human_within 3s broken: silent caller, en, 3.5 s "
        "from rescue.error by sorry > agent",
    ]


def test_stuck_in_a_question() -> None:
    assert _broken("stuck_within: 240s", "stuck_within: 120s") == [
        "8:17 F605 error stuck_within 120s broken: slow caller, en, 164.5 s from lost_card.ask"
    ]


def test_the_key_to_an_agent_is_named_too_late() -> None:
    assert _broken("agent_key_within: 45s", "agent_key_within: 14s") == [
        "9:21 F609 error agent_key_within 14s broken: tr, 14.2 s by welcome > main"
    ]


def test_a_menu_lies_too_deep() -> None:
    assert _broken("menu_depth: 2", "menu_depth: 1") == [
        '10:15 F606 error menu_depth 1 broken: the menu in "balance" is on level 2 '
        "by main > balance"
    ]


def test_a_promise_that_is_just_kept() -> None:
    body = "promises: {human_within: 500ms}\nnodes:\n  start:\n    - say: hello\n    - hangup\n"
    assert said(body) == []  # "Merhaba" has seven characters, fourteen last a second


def test_rules_of_the_country() -> None:
    rules = "agent_key_within: 45s\n  rules: [tr_epdk]"
    assert _broken("agent_key_within: 45s", rules) == []
    slow = changed("flows/bank.yaml", ("agent_key_within: 45s", rules), ("first: 6s", "first: 35s"))
    slow["flows/bank.yaml"] = slow["flows/bank.yaml"].replace(
        b"human_within: 90s", b"human_within: 9m"
    )
    slow["flows/bank.yaml"] = slow["flows/bank.yaml"].replace(
        b"stuck_within: 240s", b"stuck_within: 9m"
    )
    assert [str(one).removeprefix("flows/bank.yaml:") for one in problems(slow, "bank")] == [
        "10:11 F604 error tr_epdk: human_within 120s broken: silent caller, tr, 128.8 s "
        "by welcome > main > agent"
    ]


def test_a_rule_wants_a_person_and_not_a_recorder() -> None:
    rules = "agent_key_within: 45s\n  rules: [tr_epdk]"
    files = changed(
        "flows/bank.yaml",
        ("agent_key_within: 45s", rules),
        ("      giveup: agent\n  balance:", "      giveup: voicemail\n  balance:"),
    )
    assert [str(one).removeprefix("flows/bank.yaml:") for one in problems(files, "bank")] == [
        "10:11 F604 error tr_epdk: human_within 120s broken: silent caller, tr, never "
        "by welcome > main > voicemail"
    ]


def test_a_rule_that_does_not_exist() -> None:
    rules = "agent_key_within: 45s\n  rules: [tr_epdkk]"
    assert _broken("agent_key_within: 45s", rules) == [
        '10:11 F203 error there is no rule "tr_epdkk"; did you mean "tr_epdk"?'
    ]


def test_an_endless_loop_is_not_told_twice() -> None:
    found = _broken(
        "    - say: emergency\n    - hangup: goodbye",
        "    - say: emergency\n    - go: closed_for_now",
    )
    assert [line.split()[1] for line in found] == ["F603"]


LATE_KEY = (
    "promises: {agent_key_within: 7s}\nuses: {queues: [cards]}\nnodes:\n  start:\n"
    "    - menu: other\n      first: 5s\n      keys: {'1': agent, '2': out}\n"
    "      noinput: [menu]\n      nomatch: [menu]\n      giveup: out\n"
    "  agent:\n    - {queue: cards, full: out, timeout: out, nobody: out, done: out}\n"
    "  out:\n    - hangup\n"
)


def test_a_key_named_only_after_the_first_silence_is_named_late() -> None:
    prompts = 'other: {tr: "Fatura için 2..................................."}\n'  # 48 letters
    found = said(LATE_KEY, prompts, warn=False)
    assert found == ["5:30 F609 agent_key_within 7s broken: tr, 9.1 s by start"]
    assert said(LATE_KEY.replace("7s", "10s"), prompts, warn=False) == []
