"""Nodes from which no way leads out."""

from __future__ import annotations

from tests.flow.checker.paths.cases import said

TRAP = (
    "uses: {sources: [card_block]}\nnodes:\n  start:\n    - go: a\n  a:\n    - ticket: hello\n"
    "    - go: b\n  b:\n    - go: a\n"
)


def test_a_circle_of_waits_that_never_ends_is_a_trap() -> None:
    assert said(TRAP) == [
        '9:3 F602 trap: from "a" no way leads to a person, voicemail, callback or goodbye'
    ]


def test_a_key_that_always_works_leads_out() -> None:
    menu = "    - menu: menu\n      keys: {'1': a}\n      giveup: a\n"
    top = "always: {'0': {go: out}}\nnodes:\n  start:\n    - go: a\n  a:\n"
    assert said(top + menu + "  out:\n    - hangup\n") == []
    silent = menu.replace("giveup", "always: false\n      giveup")
    found = said(top + silent + "  out:\n    - hangup\n")
    assert [line[:9] for line in found] == ["9:3 F602 "]


def test_an_exit_of_a_sub_flow_leads_out() -> None:
    inner = (
        "flow: inner\nversion: 1\nlanguages: [tr]\nstart: a\nnodes:\n  a:\n    - menu: menu\n"
        "      keys: {'1': a}\n      giveup: exit.failed\n"
    )
    body = (
        "uses: {flows: [inner]}\nnodes:\n  start:\n    - run: inner\n      failed: bye\n"
        "    - hangup\n  bye:\n    - hangup: bye\n"
    )
    assert said(body, inner=inner) == []
    shut = inner.replace("exit.failed", "a")
    assert [line[:20] for line in said(body, inner=shut)] == ["inner.yaml:6:3 F602 "]


def test_a_loop_without_any_wait_is_not_told_twice() -> None:
    found = said("nodes:\n  start:\n    - say: hello\n    - go: start\n")
    assert found == ["6:3 F603 endless: start > start without input, wait or limit"]
