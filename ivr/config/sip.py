"""The settings of a SIP trunk: a carrier, a PBX, or the phones that register here.

Normative: sip-media.md section 2; who is let in: security.md section 11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - pydantic reads it
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ivr.config.fields import (
    Address,
    Flag,
    Network,
    PlainText,
    SecretText,
    ShapeError,
    Strict,
    refuse,
    seconds,
    text_field,
    whole,
)
from ivr.config.secrets import Secret  # noqa: TC001 - pydantic reads it
from ivr.flow.world import TrunkShape

_RANGE = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")
_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(:[0-9]{1,5})?")
_HOST = re.compile(r"\[?[0-9A-Za-z.:_-]+\]?")
LEAST_PORT = 1024


class Ports(str):
    """A range of UDP ports for sound, `20000-29999`; each call takes an even one and the next."""

    __slots__ = ("high", "low")
    low: int
    high: int

    def __new__(cls, text: str) -> Self:
        """Read it; ShapeError if it is no range of at least two pairs, or holds small ports."""
        found = _RANGE.fullmatch(text)
        low, high = (int(found[1]), int(found[2])) if found else (0, 0)
        if not LEAST_PORT <= low < high - 2 <= 65533:
            refuse("C103", f'"{text}" is no range of ports; write 20000-29999')
        made = super().__new__(cls, text)
        made.low, made.high = low, high
        return made


def _server(text: str) -> str:
    found = _SERVER.fullmatch(text)
    if not found or (found[2] and not 0 < int(found[2][1:]) <= 65535):
        refuse("C103", f'"{text}" is no server; write sip.carrier.example or 198.51.100.7:5060')
    return str(text)


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        refuse("C103", f'"{text}" is neither an address nor a name of a host')
    return str(text)


PortRange = Annotated[Ports, text_field(Ports)]
Server = Annotated[str, text_field(_server)]
Host = Annotated[str, text_field(_host)]
Codec = Literal["pcma", "pcmu"]


class Login(Strict):
    """How we prove to the far end who we are."""

    user: PlainText = Field(description="User name at the far end.")
    password: SecretText = Field(description="Password of that user.")
    register_: Flag = Field(
        False, alias="register", description="Whether we register there, so that calls reach us."
    )


class Tls(Strict):
    """Our certificate for SIP over TLS."""

    cert: PlainText = Field(description="File of the certificate chain, PEM.")
    key: PlainText = Field(description="File of its private key, PEM.")


class CalledFrom(Strict):
    """Where this trunk writes who calls whom."""

    dnis_from: Literal["request_uri", "to", "p_called_party_id", "diversion"] = Field(
        "request_uri", description="Which part of a request names the called number."
    )
    trust_identity: Flag = Field(
        False, description="Whether the caller's number in P-Asserted-Identity is believed."
    )


class Audio(Strict):
    """How sound travels on this trunk."""

    dtmf: Literal["auto", "rfc4733", "inband", "info"] = Field(
        "auto", description="How keys come: as agreed in each call, or only in this way."
    )
    nat: Flag = Field(
        False, description="Whether the far end sits behind a router: the real source is learnt."
    )
    silence: Literal["continuous", "suppressed"] = Field(
        "continuous", description="Whether silent frames are sent while there is nothing to say."
    )


class SipLimits(Strict):
    """Bounds of this trunk. Times are durations."""

    try_: seconds(32) = Field(  # type: ignore[valid-type]
        4.0, alias="try", description="A server that has said nothing for so long is passed over."
    )
    session: seconds(86_400) = Field(  # type: ignore[valid-type]
        1800.0, description="How often a running call is checked (session timer)."
    )
    session_min: seconds(86_400) = Field(  # type: ignore[valid-type]
        90.0, description="The shortest session timer we take."
    )
    media: seconds(3600) = Field(  # type: ignore[valid-type]
        60.0, description="A call from which no sound comes for so long is over."
    )
    away: seconds(3600) = Field(  # type: ignore[valid-type]
        5.0, description="How long a call goes on after the connection of its page (`/sip`) ended."
    )
    live: whole(1, 10_000) = Field(200, description="Most calls at a time.")  # type: ignore[valid-type]
    per_second: whole(1, 10_000) = Field(20, description="Most new calls in a second.")  # type: ignore[valid-type]


class SipTrunk(Strict):
    """Calls by SIP: from a carrier, a PBX or a softphone; with `registrar`, our agents' phones."""

    provider: Literal["sip"] = Field(description="The provider, `sip`.")
    listen: Address = Field(description="Address for UDP and TCP, usually with port 5060.")
    listen_tls: Address | None = Field(None, description="Address for TLS, usually port 5061.")
    tls: Tls | None = Field(None, description="Certificate for `listen_tls`.")
    advertise: Host | None = Field(
        None, description="Our address as the far end sees it, if it is not that of `listen`."
    )
    rtp_ports: PortRange = Field(Ports("20000-29999"), description="UDP ports for sound.")
    from_: tuple[Network, ...] = Field(
        (), alias="from", description="Networks whose calls belong to this trunk."
    )
    servers: tuple[Server, ...] = Field(
        (), description="Where our calls go, in order; a name without port is looked up (SRV)."
    )
    transport: Literal["udp", "tcp", "tls"] = Field(
        "udp", description="How our calls reach `servers`."
    )
    login: Login | None = Field(None, description="Our login at the far end.")
    registrar: Flag = Field(
        False, description="Whether phones register here, with users of `ivr user add --sip`."
    )
    realm: PlainText = Field("ivr", description="Name that phones show when they ask a password.")
    digests: tuple[Literal["sha-256", "md5"], ...] = Field(
        ("sha-256", "md5"),
        description="How phones may prove their password, the preferred way first; `[md5]` for old "
        "phones that give up at the sight of another.",
    )
    open: Flag = Field(
        False, description="Whether anyone may call without a login; on loopback only."
    )
    attested: Flag = Field(False, description="Whether the carrier vouches for callers' numbers.")
    unknown: Literal["drop", "forbid"] = Field(
        "drop", description="What strangers get: nothing, or an answer 403."
    )
    codecs: tuple[Codec, ...] = Field(("pcma", "pcmu"), description="Codecs in our order.")
    numbers: CalledFrom = Field(
        default_factory=CalledFrom, description="Where this trunk writes who calls whom."
    )
    media: Audio = Field(default_factory=Audio, description="How sound travels on this trunk.")
    extensions: PlainText | None = Field(
        None, description="Flow for phones that dial another phone's name; none: they cannot."
    )
    second_line: Flag = Field(
        True, description="Whether a phone that talks may call another phone beside it."
    )
    limits: SipLimits = Field(default_factory=SipLimits, description="Bounds of this trunk.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.listen_tls is None) != (self.tls is None):
            raise ShapeError("C102", 'TLS needs both "listen_tls" and "tls"')
        if self.transport == "tls" and self.tls is None:
            message = 'calls by TLS need "listen_tls" and "tls": the way back is TLS'
            raise ShapeError("C102", message)
        if not self.codecs or len(set(self.codecs)) != len(self.codecs):
            raise ShapeError("C103", "codecs names each codec once, at least one")
        if not self.digests or len(set(self.digests)) != len(self.digests):
            raise ShapeError("C103", "digests names each way once, at least one")
        if self.login is not None and not self.servers:
            raise ShapeError("C102", 'a login needs "servers", where it is valid')
        return self

    @property
    def secrets(self) -> Mapping[str, Secret]:
        """The password of the login."""
        return {} if self.login is None else {"password": self.login.password}

    def shape(self, name: str, _languages: tuple[str, ...]) -> TrunkShape:
        """Keys and sound are ours; nobody understands speech, and calls end with the server."""
        can = {"can_pay": False, "survives_restart": False, "dials": True, "tapes": True}
        return TrunkShape(name, "sip", speech=(), **can)


class MediaWorkers(Strict):
    """The processes that carry the sound of SIP calls."""

    workers: whole(1, 64) = Field(1, description="How many processes carry sound.")  # type: ignore[valid-type]
    sounds: PlainText = Field(
        "var/speech", description="Folder where prompts are kept as sound once they were made."
    )
    music: tuple[PlainText, ...] = Field(
        (), description="WAV files that callers on hold hear, mono; our own tunes if not written."
    )
    legs_per_worker: whole(1, 5000) = Field(900, description="Most legs in one process.")  # type: ignore[valid-type]
