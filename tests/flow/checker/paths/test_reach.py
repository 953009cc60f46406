"""Dead ends, steps that never run, nodes nobody comes to, speech after the caller has gone."""

from __future__ import annotations

from tests.flow.checker.paths.cases import messages, said


def test_a_step_after_one_that_leads_on_never_runs() -> None:
    assert said("nodes:\n  start:\n    - hangup: bye\n    - say: hello\n    - say: hello\n") == [
        "8:7 F109 this step never runs: the one before always leads on"
    ]


def test_a_step_after_a_skipped_or_open_one_does_run() -> None:
    body = (
        "nodes:\n  start:\n    - when:\n        - call.test: stop\n    - survey: support\n"
        "      done: next\n    - go: stop\n  stop:\n    - hangup\nuses: {surveys: [support]}\n"
    )
    assert said(body) == []


def test_a_node_must_lead_on() -> None:
    wants = "end it with go, menu, queue, transfer, voicemail, split or hangup"
    assert said("nodes:\n  start:\n    - say: hello\n") == [
        f'6:3 F110 node "start" does not lead on; {wants}'
    ]


def test_a_when_leads_on_only_with_else() -> None:
    body = "nodes:\n  start:\n    - when:\n        - call.test: stop\n  stop:\n    - hangup\n"
    assert [line[:9] for line in said(body)] == ["6:3 F110 "]
    whole = body.replace("call.test: stop\n", "call.test: stop\n        - else: stop\n")
    assert said(whole) == []


def test_the_last_node_of_the_final_region_may_end() -> None:
    body = "rescue: {hangup: gone}\nnodes:\n  start:\n    - hangup\n  gone:\n    - outcome: paid\n"
    assert said(body) == []


def test_a_node_of_both_regions_must_lead_on() -> None:
    body = (
        "rescue: {hangup: gone}\nnodes:\n  start:\n    - go: gone\n  gone:\n    - outcome: paid\n"
    )
    assert [line[:9] for line in said(body)] == ["9:3 F110 "]


def test_only_in_the_final_region_may_a_survey_do_without_done() -> None:
    body = (
        "uses: {surveys: [support]}\nrescue: {hangup: gone}\nnodes:\n"
        "  start:\n    - survey: support\n"
        "    - hangup\n  gone:\n    - survey: support\n"
    )
    assert said(body) == ['9:7 F107 survey must say where "done" leads']


def test_speech_after_the_caller_has_gone_is_named_at_its_first_step() -> None:
    message = "hangup cannot run here: the caller has hung up (reached from rescue.hangup)"
    body = "rescue: {hangup: gone}\nnodes:\n  start:\n    - hangup\n  gone:\n    - go: start\n"
    assert said(body) == [f"8:7 F111 {message}"]


def test_speech_in_a_sub_flow_of_the_final_region_is_named_there() -> None:
    inner = "flow: inner\nversion: 1\nlanguages: [tr]\nstart: a\nnodes:\n  a:\n    - say: hello\n"
    body = (
        "uses: {flows: [inner]}\nrescue: {hangup: gone}\nnodes:\n  start:\n    - hangup\n  gone:\n"
        "    - run: inner\n      failed: next\n"
    )
    found = said(body, inner=inner + "    - go: exit.done\n")
    assert [line[:24] for line in found] == ["inner.yaml:7:7 F111 say "]


def test_a_node_that_nobody_comes_to() -> None:
    body = "nodes:\n  start:\n    - hangup\n  old:\n    - go: older\n  older:\n    - hangup\n"
    assert said(body) == [
        '8:3 F601 node "old" is never reached',
        '10:3 F601 node "older" is never reached',
    ]


def test_targets_of_rescue_and_always_are_reached() -> None:
    body = (
        'always: {"0": {go: help}}\nrescue: {error: sorry, emergency: shut}\nnodes:\n  start:\n'
        "    - hangup\n  help:\n    - hangup\n  sorry:\n    - hangup\n  shut:\n    - hangup\n"
    )
    assert said(body) == []


def test_one_damage_gives_one_message() -> None:
    found = messages(
        "bank", "    - say: loan_offer\n", "    - hangup: goodbye\n    - say: loan_offer\n"
    )
    assert [line.split()[1] for line in found] == ["F109"]
