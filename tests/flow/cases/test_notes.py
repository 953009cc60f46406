"""The conversation as it is written down, secrets as dots."""

from __future__ import annotations

from tests.flow.cases.scene import played


def test_a_conversation_has_times_nodes_and_who() -> None:
    lines = played('[{presses: "1"}, {presses: "12"}, {hangs_up: true}]').conversation
    shown = [(line.at_ms, line.node, line.who, line.text) for line in lines]
    assert shown[0] == (0, "shop.hello", "caller hears", 'welcome "Hoş geldiniz."')
    assert shown[2:4] == [
        (3772, "shop.hello", "caller", "presses 1"),
        (3772, "shop.track", "caller hears", 'which "Numara?"'),
    ]
    assert (shown[4][3], shown[-1][3]) == ("presses 12", "ends by caller, outcome left_menu")


def test_keys_of_a_secret_question_are_dots() -> None:
    lines = played('[{presses: "2"}, {presses: "482913"}]').conversation
    assert "presses ••••••" in [line.text for line in lines]
    assert "482913" not in str(lines)


def test_lookups_and_unbuilt_verbs_have_lines() -> None:
    given = "{order: {fails: error}, queues: {desk: {full: true}}}"
    lines = [
        line.text
        for line in played('[{presses: "1"}, {presses: "12345"}]', given=given).conversation
    ]
    assert "failed (error) after 0.6 s" in lines
    assert "takes a message for main" in lines
    assert "waits in desk" in lines


def test_a_run_time_error_has_a_line() -> None:
    from tests.flow.cases.scene import SHOP, stage  # noqa: PLC0415 - only here

    wrong = SHOP.replace("set: {mood: =order.state}", "set: {mood: =text(1 / order.count)}")
    given = "{order: {count: 0}}"
    result = played('[{presses: "1"}, {presses: "12345"}]', given=given, on=stage(wrong))
    assert any(line.text.startswith("error E201") for line in result.conversation)
