"""Warnings about flows that load. `§` marks the place."""

from __future__ import annotations

import pytest

from tests.flow.shop import HEAD, PIN, check_warning, files, problems, shop


@pytest.mark.parametrize(
    ("steps", "goes"),
    [
        (
            "- voicemail: hello\n  §transcribe: true\n  done: end",
            "voicemail.transcribe is not built yet and has no effect",
        ),
    ],
)
def test_each_step_that_is_not_built_is_told(steps: str, goes: str) -> None:
    check_warning(files(shop(steps)), f"F121 warning {goes}")


def test_a_variable_that_is_never_read_is_told() -> None:
    flow = shop(head=HEAD.replace("reason: text", "§reason: text"))
    check_warning(files(flow), 'F207 warning variable "reason" is never read')


def test_an_input_that_is_never_read_is_told() -> None:
    pin = PIN.replace("{phone: phone}", "{phone: phone, §more: text}", 1)
    check_warning(files(pin=pin), 'F207 warning input "more" is never read')


@pytest.mark.parametrize(
    ("steps", "prompt"),
    [
        ("- set: {reason: =reason}\n- go: end", "hello: {tr: a, en: b}"),
        ("- say: hello\n  only: reason == 'a'\n- go: end", "hello: {tr: a, en: b}"),
        ("- say: hello\n- go: end", 'hello: {tr: "{reason}", en: "{reason}"}'),
    ],
)
def test_expressions_and_prompts_read(steps: str, prompt: str) -> None:
    folder = files(shop(steps), prompts=prompt + "\nbye: {tr: a, en: b}\n")
    told = [one.message for one in problems(folder) if one.code == "F207"]
    assert told == ['variable "customer" is never read']


def test_a_root_flow_without_rescue_is_told_at_its_name() -> None:
    head = HEAD.replace("rescue: {error: end, emergency: end}\n", "").replace("flow:", "§flow:", 1)
    text = "F805 warning no rescue.error: a fault would end the call with the built-in apology"
    check_warning(files(shop(head=head)), text)


def test_a_half_rescue_is_told_where_it_is() -> None:
    head = HEAD.replace("rescue: {error: end, emergency: end}", "§rescue: {error: end}")
    text = "F805 warning no rescue.emergency: the emergency switch would change nothing here"
    check_warning(files(shop(head=head)), text)


def test_a_sub_flow_needs_no_rescue() -> None:
    assert [one.code for one in problems(files()) if one.at.file == "flows/pin.yaml"] == []
