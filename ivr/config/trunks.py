"""The settings of each way in for calls, and what each provider can and cannot do.

They stand here and not in `ivr/channels`, since channels read the configuration and not the other
way round. Capabilities: flow-engine.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ivr.config.fields import Base, Flag, PlainText, SecretText, ShapeError, Strict, text_field
from ivr.config.pyvoip import PyVoipTrunk
from ivr.config.sip import SipTrunk
from ivr.config.texting.kannel import KannelTrunk
from ivr.config.texting.options import TextOptions, TwilioTexts  # noqa: TC001 - pydantic reads it
from ivr.domain.scalars import nearest
from ivr.flow.world import TrunkShape

if TYPE_CHECKING:
    from ivr.config.secrets import Secret

TWILIO_DOCUMENT_BYTES = 64 * 1024


def _https(text: str) -> str:
    if not text.startswith("https://") or any(letter.isspace() for letter in text):
        raise ShapeError("C103", f'"{text}" is not a web address; write https://...')
    return str(text)


class TwilioTrunk(Strict):
    """Calls and texts that Twilio hands us by webhooks."""

    provider: Literal["twilio"] = Field(description="The provider, `twilio`.")
    account: PlainText = Field(description="Account SID; every webhook must name it.")
    auth_token: SecretText = Field(description="Secret that webhooks are signed with.")
    auth_token_next: SecretText | None = Field(
        None, description="A second secret that is also taken, while the first is being changed."
    )
    api_base: Base = Field(
        "https://api.twilio.com",
        description="Where the provider's REST interface is reached.",
    )
    agent_from: PlainText | None = Field(
        None,
        description="Number of the account that agents and places see when they are rung up; the "
        "number that the caller has dialled if not written.",
    )
    fallback_url: Annotated[str, text_field(_https)] | None = Field(
        None, description="Page on another host that the provider fetches when this server is gone."
    )
    texts: TwilioTexts | None = Field(None, description="Text messages by this account.")
    attested: Flag = Field(
        False, description="Whether the account's carriers vouch for callers' numbers."
    )
    pci_mode: Flag = Field(
        False, description="Whether the account hides keyed digits in the provider's own logs."
    )

    @property
    def secrets(self) -> Mapping[str, Secret]:
        """Every secret a webhook may be signed with, by the name of its key."""
        named = {"auth_token": self.auth_token, "auth_token_next": self.auth_token_next}
        return {name: secret for name, secret in named.items() if secret is not None}

    def shape(self, name: str, languages: tuple[str, ...]) -> TrunkShape:
        """What flows on this trunk must do without."""
        return TrunkShape(
            name,
            "twilio",
            two_timers=False,
            keeps_keys=False,
            speech=languages,
            document_limit_bytes=TWILIO_DOCUMENT_BYTES,
            keeps_secret_digits=not self.pci_mode,
            dials=True,
        )


class SimulatorTrunk(Strict):
    """Calls from the page /simulator, its WebSocket and the command `ivr call`.

    They can be given to simulated telephones of agents (`ivr agent sim NAME`).
    """

    provider: Literal["simulator"] = Field(description="The provider, `simulator`.")
    texts: TextOptions | None = Field(
        None, description="Text messages to and from the simulated phones of the page."
    )
    attested: Flag = Field(
        False, description="Whether a number that is typed counts as surely the caller's own."
    )

    @property
    def secrets(self) -> Mapping[str, Secret]:
        """None: nobody signs anything here."""
        return {}

    def shape(self, name: str, languages: tuple[str, ...]) -> TrunkShape:
        """It can do everything; words are typed instead of spoken."""
        return TrunkShape(name, "simulator", speech=languages, dials=True)


Trunk = TwilioTrunk | SipTrunk | PyVoipTrunk | SimulatorTrunk | KannelTrunk
PROVIDERS: Mapping[str, type[Trunk]] = {
    "twilio": TwilioTrunk,
    "sip": SipTrunk,
    "pyvoip": PyVoipTrunk,
    "simulator": SimulatorTrunk,
    "kannel": KannelTrunk,
}
NOT_YET = ("signalwire", "telnyx")


def choose_trunk(plain: object) -> type[Trunk]:
    """The settings that an entry of `trunks` must fill. Raises ShapeError."""
    if not isinstance(plain, Mapping):
        raise ShapeError("C104", "a trunk wants settings, as in {provider: simulator}")
    provider = plain.get("provider")
    known = " or ".join(PROVIDERS)
    if provider is None:
        raise ShapeError("C102", f'this trunk needs "provider": {known}')
    if provider in NOT_YET:
        message = f'the provider "{provider}" is not built yet; take this trunk out, or use {known}'
        raise ShapeError("C121", message)
    found = PROVIDERS.get(str(provider))
    if found is None:
        near = nearest(str(provider), PROVIDERS)
        hint = f'did you mean "{near}"?' if near else f"write {known}"
        raise ShapeError("C120", f'no provider "{provider}"; {hint}')
    return found
