"""Settings of a gateway to GSM modems and SMS centres: Kannel, text messages alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from ivr.config.fields import Base, PlainText, SecretText, Strict
from ivr.config.texting.options import TextOptions  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.config.secrets import Secret


class KannelTrunk(Strict):
    """Text messages by a Kannel gateway. It takes no calls."""

    provider: Literal["kannel"] = Field(description="The provider, `kannel`.")
    sendsms: Base = Field(
        description="Address of sendsms of the smsbox, `http://127.0.0.1:13013/cgi-bin/sendsms`."
    )
    username: PlainText = Field(description="Name of the `sendsms-user`.")
    password: SecretText = Field(description="Password of the `sendsms-user`.")
    secret: SecretText = Field(
        description="What the gateway names when it brings texts and reports, as `secret=`."
    )
    smsc: PlainText | None = Field(
        None, description="`smsc-id` that texts go out by; the gateway chooses if not written."
    )
    texts: TextOptions = Field(description="Text messages by this gateway.")

    @property
    def secrets(self) -> Mapping[str, Secret]:
        """What the gateway is known by."""
        return {"secret": self.secret}
