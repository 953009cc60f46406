"""The settings of a trunk: what is accepted, what is refused, and that secrets do not show."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ivr.channels.twilio.settings import Settings
from ivr.channels.twilio.wire.signature import Algorithm

LEAST = {"provider": "twilio", "account": "AC1", "auth_token": "old-secret"}


def test_the_sample_of_the_documents_is_accepted() -> None:
    settings = Settings.model_validate({**LEAST, "api_base": "https://api.twilio.com"})
    assert [secret.name for secret in settings.secrets] == ["auth_token"]
    assert settings.speech == ()


def test_every_secret_may_sign() -> None:
    key = {"id": "SK1", "secret": "shared-secret"}
    written = {**LEAST, "auth_token_next": "new-secret", "signing_keys": [key]}
    secrets = Settings.model_validate(written).secrets
    assert [(one.name, one.text, one.key_id, one.algorithm) for one in secrets] == [
        ("auth_token", "old-secret", "", Algorithm.SHA1),
        ("auth_token_next", "new-secret", "", Algorithm.SHA1),
        ("key SK1", "shared-secret", "SK1", Algorithm.SHA256),
    ]


def test_secrets_do_not_show_when_printed() -> None:
    settings = Settings.model_validate({**LEAST, "auth_token_next": "new-secret"})
    assert "secret" not in f"{settings} {settings.secrets}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"provider": "carrier"},
        {"account": ""},
        {"auth_token": ""},
        {"api_base": "ftp://x"},
        {"fallback_url": "nowhere"},
        {"acount": "AC1"},
        {"signing_keys": [{"id": "SK1"}]},
        {"signing_keys": [{"id": "SK1", "secret": "x", "algorithm": "MD5"}]},
    ],
)
def test_mistakes_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**LEAST, **wrong})
