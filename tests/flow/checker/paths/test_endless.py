"""Loops without a wait, queues that send callers to each other, secrets that may be guessed."""

from __future__ import annotations

import pytest

from tests.flow.checker.paths.cases import said

OUT = "  out:\n    - hangup\n"


def test_an_endless_circle_is_told_whole() -> None:
    body = (
        "nodes:\n  start:\n    - say: hello\n    - go: b\n  b:\n    - when:\n"
        "        - call.test: out\n    - go: start\n" + OUT
    )
    assert said(body) == ["6:3 F603 endless: start > b > start without input, wait or limit"]


@pytest.mark.parametrize(
    "guard",
    [
        "visits('start') >= 3: out",
        "visits('b') > 2 or call.test: out",
        "not (visits('b') < 4): out",
        "3 <= visits('b'): out",
    ],
)
def test_counted_visits_limit_a_circle(guard: str) -> None:
    body = f"nodes:\n  start:\n    - go: b\n  b:\n    - when:\n        - {guard}\n    - go: start\n"
    assert said(body + OUT) == []


@pytest.mark.parametrize(
    "guard",
    [
        "visits('out') >= 3: out",
        "visits('b') >= 3 and call.test: out",
        "visits('b') < 3: out",
        "visits('b') == 3: out",
    ],
)
def test_other_counts_do_not_limit_it(guard: str) -> None:
    body = f"nodes:\n  start:\n    - go: b\n  b:\n    - when:\n        - {guard}\n    - go: start\n"
    assert [line[:9] for line in said(body + OUT)] == ["6:3 F603 "]


def test_a_circle_beside_the_counted_node_is_found() -> None:
    body = (
        "nodes:\n  start:\n    - when:\n        - call.test: counted\n    - go: b\n"
        "  counted:\n    - when:\n        - visits('counted') >= 3: out\n    - go: start\n"
        "  b:\n    - go: start\n" + OUT
    )
    found = said(body)
    assert found == ["6:3 F603 endless: start > b > start without input, wait or limit"]


def test_a_skipped_question_does_not_stop_a_circle() -> None:
    body = (
        "vars: {x: digits?}\nnodes:\n  start:\n    - ask: hello\n      only: call.test\n"
        "      into: x\n      digits: 2\n      giveup: out\n    - go: start\n" + OUT
    )
    assert [line[:9] for line in said(body)] == ["7:3 F603 "]
    assert said(body.replace("      only: call.test\n", "")) == []


def test_a_sub_flow_waits_only_if_it_does() -> None:
    inner = (
        "flow: inner\nversion: 1\nlanguages: [tr]\nstart: a\nnodes:\n  a:\n    - {}\n"
        "    - go: exit.done\n"
    )
    body = (
        "uses: {flows: [inner]}\nnodes:\n  start:\n    - run: inner\n      failed: out\n"
        "    - go: start\n" + OUT
    )
    assert [line[:9] for line in said(body, inner=inner.format("say: hello"))] == ["7:3 F603 "]
    assert said(body, inner=inner.format("ticket: hello")) == []


QUEUES = (
    "uses: {{queues: [cards, loans]}}\nnodes:\n  start:\n"
    "    - {{queue: cards, full: {full}, nobody: {nobody}, timeout: out, done: out}}\n"
    "  other:\n"
    "    - {{queue: loans, full: {back}, nobody: out, timeout: out, done: out}}\n"
    "  say:\n    - say: hello\n    - go: start\n" + OUT
)


def _queues(full: str = "out", nobody: str = "out", back: str = "out") -> list[str]:
    found = said(QUEUES.format(full=full, nobody=nobody, back=back))
    return [line for line in found if "F601" not in line]


def test_a_full_queue_must_lead_elsewhere() -> None:
    message = 'queue "cards" leads only back to itself when'
    assert _queues() == []
    assert _queues(full="say") == [f"8:7 F608 {message} full"]
    assert _queues(nobody="start") == [f"8:7 F608 {message} nobody is there"]


def test_two_full_queues_must_not_send_callers_round() -> None:
    assert [line[:10] for line in _queues(full="other", back="start")] == [
        "8:7 F608 q",
        "10:7 F608 ",
    ]
    assert _queues(full="other") == []


SECRET = (
    "uses: {{sources: [pin_check]}}\nvars:\n  pin: sealed digits?\n  ok: pin_check?\n"
    "nodes:\n  start:\n"
    "    - ask: hello\n      into: pin\n      digits: 4\n      secret: true\n"
    "      giveup: {giveup}\n"
    "    - fetch: pin_check\n      with: {{customer: x, pin: =pin}}\n      into: ok\n"
    "      failed: out\n    - when:\n{when}    - go: {after}\n" + OUT
)


def test_a_secret_must_not_be_asked_again_without_limit() -> None:
    message = "a secret entry in a loop without limit; bound it, e.g. visits('start') >= 3"
    ok = "        - ok.ok: out\n"
    open_loop = said(SECRET.format(giveup="out", when=ok, after="start"))
    assert open_loop == [f"11:7 F410 {message}"]
    limit = "        - visits('start') >= 3: out\n"
    assert said(SECRET.format(giveup="out", when=ok + limit, after="start")) == []
    assert said(SECRET.format(giveup="out", when=ok, after="out")) == []
    assert said(SECRET.format(giveup="start", when=ok, after="out")) == [f"11:7 F410 {message}"]
