"""The settings of a trunk that is one extension on a PBX, by way of the optional pyVoIP.

Normative: sip-media.md section 1 (pyVoIP). Such a trunk answers calls and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - pydantic reads it
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from ivr.config.fields import Called, Listen, SecretText, Strict, refuse, text_field, whole
from ivr.config.secrets import Secret  # noqa: TC001 - pydantic reads it
from ivr.config.sip import Host, PortRange, Ports
from ivr.flow.world import TrunkShape

MOST_CALLS = 4
"""More than so many calls at a time a single pyVoIP does not carry well."""
_USER = re.compile(r"[A-Za-z0-9._+-]{1,64}")


def _own_address(text: str) -> Listen:
    """An address of this machine that the PBX can send sound to: IPv4, and one of its own."""
    listen = Listen(text)
    try:
        meant = IPv4Address(listen.host)
    except ValueError:
        refuse("C103", f'"{text}" must be an IPv4 address with a port, as in 192.0.2.10:5062')
    if meant.is_unspecified:
        refuse("C103", "write one address of this machine: the PBX is told to send sound there")
    return listen


def _user(text: str) -> str:
    if not _USER.fullmatch(text):
        refuse("C103", f'"{text}" is no extension; letters, digits and . _ + - are taken')
    return str(text)


OwnAddress = Annotated[Listen, text_field(_own_address)]
User = Annotated[str, text_field(_user)]


class PyVoipTrunk(Strict):
    """Calls to one extension of a trusted PBX on the inside; needs the extra `pyvoip`."""

    provider: Literal["pyvoip"] = Field(description="The provider, `pyvoip`.")
    server: Host = Field(description="The PBX, an address or a name; on a trusted network only.")
    port: whole(1, 65_535) = Field(5060, description="UDP port of the PBX.")  # type: ignore[valid-type]
    user: User = Field(description="The extension that we are.")
    password: SecretText = Field(description="Password of that extension.")
    number: Called | None = Field(
        None,
        description="Which of `numbers` a call here counts as; if not written, the extension.",
    )
    listen: OwnAddress = Field(description="Our IPv4 address as the PBX sees it, with a UDP port.")
    rtp_ports: PortRange = Field(Ports("30000-30099"), description="UDP ports for sound.")

    @property
    def secrets(self) -> Mapping[str, Secret]:
        """The password of the extension."""
        return {"password": self.password}

    @property
    def called(self) -> str:
        """What callers dialled, as `numbers` knows it."""
        return self.number or self.user

    def shape(self, name: str, _languages: tuple[str, ...]) -> TrunkShape:
        """It plays and hears keys; it rings nobody up, holds nobody, and ends with the server."""
        return TrunkShape(
            name,
            "pyvoip",
            can_pay=False,
            pauses_recording=False,
            speech=(),
            survives_restart=False,
            records=False,
        )
