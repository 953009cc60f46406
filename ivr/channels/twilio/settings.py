"""What `config.yaml` says about a Twilio trunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from ivr.channels.twilio.wire.signature import Algorithm, Secret

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s#]+$")]


class SigningKey(BaseModel):
    """A shared key of the account (public beta): requests that name its id are signed with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(min_length=1)]
    secret: Annotated[SecretStr, Field(min_length=1)]
    algorithm: Algorithm = Algorithm.SHA256


class Settings(BaseModel):
    """One trunk.

    auth_token_next: a second token that is good while the account's token is being changed.
    fallback_url: a document on another host, for callers whom we cannot serve. voices: language ->
    name of a voice of the provider. speech: languages whose callers may speak.
    api_base: where outgoing requests go (calls and SMS of ours; none are made yet).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: Literal["twilio"] = "twilio"
    account: Annotated[str, Field(min_length=1)]
    auth_token: Annotated[SecretStr, Field(min_length=1)]
    auth_token_next: SecretStr | None = None
    signing_keys: tuple[SigningKey, ...] = ()
    api_base: Url = "https://api.twilio.com"
    fallback_url: Url | None = None
    voices: Mapping[str, str] = Field(default_factory=dict)
    speech: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret a request may be signed with."""
        tokens = {"auth_token": self.auth_token, "auth_token_next": self.auth_token_next}
        return (
            *(Secret(name, token.get_secret_value()) for name, token in tokens.items() if token),
            *(
                Secret(f"key {key.id}", key.secret.get_secret_value(), key.id, key.algorithm)
                for key in self.signing_keys
            ),
        )
