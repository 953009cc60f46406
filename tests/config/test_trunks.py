"""Ways in for calls: their settings, and what each can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.config.trunks import NOT_YET, PROVIDERS, SimulatorTrunk, TwilioTrunk, choose_trunk
from ivr.flow.fields import ShapeError

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

WHOLE = """
trunks:
  main:
    provider: twilio
    account: AC1
    auth_token: "${env:A}"
    auth_token_next: "${env:B}"
    api_base: http://127.0.0.1:9
    fallback_url: https://static.example/sorry.xml
    pci_mode: true
    agent_from: "+902120000000"
"""


def test_every_setting_of_a_twilio_trunk_is_read(load: Load) -> None:
    trunk = load(WHOLE, {"A": "one", "B": "two"}).trunks["main"]
    assert isinstance(trunk, TwilioTrunk)
    assert {name: each.reveal() for name, each in trunk.secrets.items()} == {
        "auth_token": "one",
        "auth_token_next": "two",
    }
    assert trunk.api_base == "http://127.0.0.1:9"
    assert trunk.fallback_url == "https://static.example/sorry.xml"
    assert trunk.agent_from == "+902120000000"
    assert trunk.shape("main", ("tr",)).dials


def test_a_trunk_in_pci_mode_keeps_no_keyed_digits(load: Load) -> None:
    hidden = load(WHOLE, {"A": "one", "B": "two"}).trunks["main"]
    seen = load(WHOLE.replace("true", "false"), {"A": "1", "B": "2"}).trunks["main"]
    assert isinstance(hidden, TwilioTrunk)
    assert isinstance(seen, TwilioTrunk)
    assert not hidden.shape("main", ("tr",)).keeps_secret_digits
    assert seen.shape("main", ("tr",)).keeps_secret_digits


def test_a_simulator_trunk_can_do_everything_and_signs_nothing(load: Load) -> None:
    trunk = load("trunks: {browser: {provider: simulator}}").trunks["browser"]
    assert isinstance(trunk, SimulatorTrunk)
    shape = trunk.shape("browser", ("tr", "en"))
    assert (shape.two_timers, shape.keeps_keys, shape.speech) == (True, True, ("tr", "en"))
    assert trunk.secrets == {}


@pytest.mark.parametrize("provider", NOT_YET)
def test_a_provider_that_is_not_built_says_so(problems: Problems, provider: str) -> None:
    [line] = problems(f"trunks: {{a: {{provider: {provider}, listen: x}}}}")
    start = f'1:24 C121 error the provider "{provider}" is not built yet; take this trunk out'
    assert line.startswith(start)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "trunks: {a: {}}",
            '1:10 C102 error this trunk needs "provider": '
            "twilio or sip or pyvoip or simulator or kannel",
        ),
        (
            "trunks: {a: {provider: twillio}}",
            '1:24 C120 error no provider "twillio"; did you mean "twilio"?',
        ),
        (
            "trunks: {a: x}",
            "1:13 C104 error a trunk wants settings, as in {provider: simulator}",
        ),
        (
            "trunks: {a: {provider: simulator, speed: 1}}",
            '1:35 C101 error a has no key "speed"; its keys are provider, texts, attested',
        ),
        (
            'trunks: {a: {provider: twilio, account: A, auth_token: "${env:A}", fallback_url: x}}',
            '1:82 C103 error "x" is not a web address; write https://...',
        ),
    ],
)
def test_a_wrong_trunk_is_told(problems: Problems, text: str, line: str) -> None:
    assert problems(text, {"A": "x"}) == [line]


def test_every_provider_is_chosen_by_its_name() -> None:
    assert {name: choose_trunk({"provider": name}) for name in PROVIDERS} == PROVIDERS
    with pytest.raises(ShapeError):
        choose_trunk({"provider": NOT_YET[0]})
