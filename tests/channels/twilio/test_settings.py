"""What a trunk's code is told: its entry of config.yaml, secrets opened but never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.channels.twilio.settings import Settings, settings_of
from ivr.channels.twilio.wire.signature import Secret
from ivr.config.load import load_config
from ivr.config.trunks import TwilioTrunk

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ENTRY = 'provider: twilio, account: AC1, auth_token: "${env:A}"'
VOICES = {"tr": "Polly.Filiz"}


def entry(more: str = "") -> TwilioTrunk:
    """A trunk as the configuration has it."""

    def no_files(path: Path) -> bytes:
        raise FileNotFoundError(path)

    text = f"zone: Europe/Istanbul\ntrunks: {{main: {{{ENTRY}{more}}}}}\n"
    files = {"config.yaml": text.encode()}
    config = load_config(files, {"A": "first-key", "B": "second-key"}, no_files, now=NOW)
    trunk = config.trunks["main"]
    assert isinstance(trunk, TwilioTrunk)
    return trunk


def test_the_entry_is_handed_on_with_voices_and_speech() -> None:
    more = ", fallback_url: https://static.example/sorry.xml"
    assert settings_of(entry(more), VOICES, ("tr",)) == Settings(
        account="AC1",
        secrets=(Secret("auth_token", "first-key"),),
        fallback_url="https://static.example/sorry.xml",
        voices=VOICES,
        speech=("tr",),
        token="first-key",  # noqa: S106 - of a provider that does not exist
    )


def test_while_a_secret_is_changed_both_are_taken() -> None:
    made = settings_of(entry(', auth_token_next: "${env:B}"'), {}, ())
    assert [(one.name, one.text) for one in made.secrets] == [
        ("auth_token", "first-key"),
        ("auth_token_next", "second-key"),
    ]


def test_secrets_are_not_shown() -> None:
    made = settings_of(entry(', auth_token_next: "${env:B}"'), {}, ())
    assert "-key" not in f"{made} {made!r}"


def test_only_account_and_secrets_must_be_known() -> None:
    made = Settings("AC1", ())
    assert (made.fallback_url, dict(made.voices), made.speech) == (None, {}, ())
    assert settings_of(entry(), {}, ()).fallback_url is None
