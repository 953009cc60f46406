"""Entries of open length, silent lookups, shares."""

from __future__ import annotations

import pytest

from tests.flow.checker.paths.cases import said

ASK = (
    "vars: {{x: {kind}?}}\nnodes:\n  start:\n    - ask: hello\n      into: x\n{more}"
    "      giveup: out\n    - go: out\n  out:\n    - hangup\n"
)


@pytest.mark.parametrize(
    ("kind", "more", "message"),
    [
        ("digits", "      digits: 3-11\n", "digits 3-11 without end_key: every caller waits 3s"),
        ("digits", "      digits: 3-11\n      end_key: '#'\n", ""),
        ("digits", "      digits: 4\n", ""),
        ("date", "", ""),
        ("phone", "", "a phone without end_key: every caller waits 3s"),
        ("digits", "      digits: 3-4\n      between: 1500ms\n",
         "digits 3-4 without end_key: every caller waits 1s500ms"),
    ],
)  # fmt: skip
def test_an_entry_of_open_length_needs_an_end_key(kind: str, more: str, message: str) -> None:
    found = said(ASK.format(kind=kind, more=more))
    assert found == ([f"8:7 F407 warning {message}"] if message else [])


FETCH = (
    "uses: {{sources: [customer]}}\nnodes:\n  start:\n    - fetch: customer\n{more}"
    "      with: {{phone: =call.dnis}}\n      missing: next\n      failed: out\n"
    "    - go: out\n  out:\n    - hangup\n"
)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("", ""),
        ("      limit: 2s\n", ""),
        ("      limit: 2s\n      retry: 1\n", "fetch may take 4.2s in silence; add meanwhile"),
        ("      limit: 2s\n      retry: 1\n      meanwhile: hello\n", ""),
    ],
)
def test_a_long_lookup_must_not_be_silent(more: str, message: str) -> None:
    found = said(FETCH.format(more=more))
    assert found == ([f"8:7 F412 warning {message}"] if message else [])


def test_nobody_hears_a_silent_lookup_after_the_call() -> None:
    body = (
        "uses: {sources: [customer]}\nrescue: {hangup: gone}\nnodes:\n  start:\n    - hangup\n"
        "  gone:\n    - fetch: customer\n      with: {phone: =call.dnis}\n      limit: 9s\n"
        "      missing: next\n      failed: next\n"
    )
    assert said(body) == []


def test_shares_make_a_hundred() -> None:
    body = (
        "nodes:\n  start:\n    - split: {{out: 10, on: {}}}\n"
        "  out:\n    - hangup\n  on:\n    - hangup\n"
    )
    assert said(body.format(85)) == ["7:14 F607 shares sum to 95, must be 100"]
    assert said(body.format(90)) == []


@pytest.mark.parametrize(
    ("longest", "found"),
    [
        ("2m", []),
        ("9m", []),
        ("9m1s", ["9:16 F413 the message may last 9m1s, at most 9m"]),
        ("25m", ["9:16 F413 the message may last 25m, at most 9m"]),
    ],
)
def test_a_message_is_never_longer_than_every_trunk_can_keep(
    longest: str, found: list[str]
) -> None:
    body = (
        "nodes:\n  start:\n    - voicemail: hello\n      box: general\n"
        f"      longest: {longest}\n      done: out\n  out:\n    - hangup\n"
    )
    assert [one for one in said(body) if "F413" in one] == found
