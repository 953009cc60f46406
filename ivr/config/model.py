"""config.yaml as data: every key, what it means and what it is when nobody writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    ValidationInfo,
    field_validator,
)

from ivr.config.acd import Acd, Dialling, Pop, SurveyCallOptions, WrapupCodes
from ivr.config.fields import (
    E164,
    Address,
    Base,
    Called,
    Country,
    Currency,
    Flag,
    Language,
    Level,
    Listen,
    Name,
    Names,
    Network,
    PlainText,
    PrivateText,
    Strict,
    Zone,
    refuse,
    seconds,
    text_field,
)
from ivr.config.keeping.retention import Kept
from ivr.config.mail import MailAccount  # noqa: TC001 - pydantic reads it
from ivr.config.outside.help import Help  # noqa: TC001 - pydantic reads it
from ivr.config.outside.settings import Crm, Webhook  # noqa: TC001 - pydantic reads them
from ivr.config.outside.ticket_systems import TicketSystem  # noqa: TC001 - pydantic reads it
from ivr.config.outside.uploads import Uploads
from ivr.config.queues.alarms import AlarmGroup, QueueAlarmEntry  # noqa: TC001 - likewise
from ivr.config.queues.options import Queues  # noqa: TC001 - pydantic reads it
from ivr.config.reporting.goals import KpiGoal  # noqa: TC001 - pydantic reads it
from ivr.config.reporting.mailed import MailedReport  # noqa: TC001 - pydantic reads it
from ivr.config.secrets import Secret
from ivr.config.sip import MediaWorkers
from ivr.config.sources import Source, Takes  # noqa: TC001 - pydantic reads them
from ivr.config.trunks import Trunk  # noqa: TC001 - pydantic reads it
from ivr.domain.problem import Position, Problem
from ivr.flow.reader import Map, locate


class Web(Strict):
    """Where the server listens and how others reach it."""

    listen: Address = Field(Listen("127.0.0.1:8080"), description="Address of the main listener.")
    public_base: Base = Field(
        "", description="URL under which providers reach this server; on loopback that of `listen`."
    )
    ops_listen: Address = Field(
        Listen("127.0.0.1:8081"),
        description="Address of /metrics when the main listener is not on loopback.",
    )
    trusted_proxies: tuple[Network, ...] = Field(
        (), description="Networks of our own proxies, whose X-Forwarded headers are believed."
    )


class Flows(Strict):
    """Where the flows are."""

    folder: PlainText = Field("flows", description="Folder of the flow files.")
    watch: Flag = Field(False, description="Whether changed files are taken over while running.")


class Number(Strict):
    """What answers a called number."""

    flow: Name = Field(description="The flow that answers.")
    trunks: tuple[Name, ...] | None = Field(
        None, description="The trunks it may come in on; all of them if not written."
    )


_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):([0-9]{1,5})")


def _speech_server(text: str) -> str:
    found = _SERVER.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 65535:
        refuse("C103", f'"{text}" is no address of a server; write speech.example:10200')
    return str(text)


class Voice(Strict):
    """Who speaks a language."""

    tts: Literal["default", "espeak", "wyoming"] = Field(
        "default",
        description="The speech engine: `espeak` on this machine, a `wyoming` server, or "
        "`default`, the provider's own; a trunk without one takes espeak.",
    )
    wyoming: Annotated[str, text_field(_speech_server)] | None = Field(
        None,
        validate_default=True,
        description="Address of the Wyoming server as host:port, for that engine alone.",
    )
    voice: PlainText | None = Field(None, description="Name of the voice at that engine.")

    @field_validator("wyoming")
    @classmethod
    def _goes_with_engine(cls, server: str | None, info: ValidationInfo) -> str | None:
        engine = info.data.get("tts")
        if engine == "wyoming" and server is None:
            refuse("C102", 'this voice needs "wyoming", the address of the server as host:port')
        if engine in {"default", "espeak"} and server is not None:
            refuse("C130", "only tts: wyoming has a server")
        return server


Numbers = Annotated[
    Annotated[E164, Tag("<one>")] | Annotated[Mapping[Language, E164], Tag("<each>")],
    Discriminator(lambda value: "<each>" if isinstance(value, Mapping) else "<one>"),
]


class Place(Strict):
    """Where a call can be handed over to."""

    number: Numbers | None = Field(None, description="Telephone number, or one for each language.")
    sip: PlainText | None = Field(
        None,
        description="SIP address instead; {name} stands for an input. With the name of a trunk "
        "after the @: a phone that registers there.",
    )
    takes: Takes = Field(default_factory=dict, description="Inputs of the SIP address.")
    trunk: Name | None = Field(
        None, description="The SIP trunk that rings it up; the call's own if not written."
    )
    kind: Literal["bridge", "blind", "attended"] = Field(
        "bridge", description="How the call is handed over if the step does not say."
    )


class Limits(Strict):
    """Bounds on single calls and on the server's end."""

    call: seconds(86_400) = Field(7200.0, description="The longest a call may last.")  # type: ignore[valid-type]
    drain: seconds(3600) = Field(  # type: ignore[valid-type]
        300.0, description="How long a stopping server lets running calls finish."
    )


class Log(Strict):
    """What is written to the log."""

    level: Level = Field("info", description="The least important lines that are written.")
    pii: Literal["mask", "drop", "full"] = Field(
        "mask", description="Personal data in the log: masked, left out or in full."
    )


class Keys(Strict):
    """Where the server's own keys are."""

    file: PlainText = Field(
        "var/master.key", description="File of the master key; made at the first start."
    )


class Config(Strict):
    """The whole configuration. Paths are as the process sees them, as those of the shell are."""

    zone: Zone = Field(description="Time zone of the call centre, such as Europe/Istanbul.")
    web: Web = Field(default_factory=Web, description="Listeners and the public address.")
    database: PrivateText = Field(
        default_factory=lambda: Secret("sqlite:///var/ivr.db"),
        description="Address of the database, SQLite or PostgreSQL.",
    )
    recordings: PlainText = Field(
        "recordings", description="Folder of what callers say; its files are encrypted."
    )
    files: PlainText = Field("var/files", description="Folder of the files that customers send.")
    uploads: Uploads = Field(
        default_factory=Uploads, description="What is taken of files that people send by pages."
    )
    flows: Flows = Field(default_factory=Flows, description="Where the flows are.")
    country: Country = Field("TR", description="Country whose national numbers callers key.")
    currency: Currency = Field("TRY", description="What plain `money` means.")
    languages: tuple[Language, ...] = Field(
        ("tr", "en"), description="Languages that callers are served in."
    )
    trunks: Mapping[Name, Trunk] = Field(default_factory=dict, description="Ways in for calls.")
    numbers: Mapping[Called, Number] = Field(
        default_factory=dict, description="Called numbers and the flows that answer them."
    )
    voices: Mapping[Language, Voice] = Field(
        default_factory=dict, description="Who speaks each language."
    )
    hours: Mapping[Name, Mapping[str, object]] = Field(
        default_factory=dict, description="Opening hours: open, holidays, except, switch."
    )
    switches: Mapping[Name, Flag] = Field(
        default_factory=dict,
        description="Named switches, true = on: `emergency` sends new calls to rescue.emergency, "
        "any other closes the hours that name it.",
    )
    sources: Mapping[Name, Source] = Field(
        default_factory=dict, description="Lookups in other systems or in tables."
    )
    places: Mapping[Name, Place] = Field(
        default_factory=dict, description="Where calls can be handed over to."
    )
    media: MediaWorkers = Field(
        default_factory=MediaWorkers, description="The processes that carry the sound of SIP calls."
    )
    outcomes: Names = Field((), description="Names that the verb `outcome` takes.")
    queues: Queues = Field(
        default_factory=dict, description="The queues; a list of names means all defaults."
    )
    acd: Acd = Field(default_factory=Acd, description="What all queues share.")
    alarms: tuple[QueueAlarmEntry, ...] = Field(
        (), description="Alarms on figures of queues; a list, also under queues.NAME.alarms."
    )
    alarm_groups: Mapping[Name, AlarmGroup] = Field(
        default_factory=dict, description="Groups of people who are told of alarms."
    )
    wrapup: WrapupCodes = Field(
        default_factory=WrapupCodes, description="What agents say of a call afterwards."
    )
    dial: Dialling | None = Field(
        None, description="Agents calling numbers from the desk; without it nobody can."
    )
    pop: Pop = Field(default_factory=Pop, description="What agents see of a caller.")
    webhooks: Mapping[Name, Webhook] = Field(
        default_factory=dict, description="Other systems that are told of calls and tickets."
    )
    crm: Mapping[Name, Crm] = Field(
        default_factory=dict, description="CRMs that are told of calls in words of their own."
    )
    ticket_systems: Mapping[Name, TicketSystem] = Field(
        default_factory=dict, description="Ticket systems that are kept as our tickets are."
    )
    mail: Mapping[Name, MailAccount] = Field(
        default_factory=dict, description="Mailboxes that are read, and servers that send for us."
    )
    help: Help | None = Field(
        None, description="Public pages for customers: forms and the state of a request."
    )
    goals: Mapping[Name, KpiGoal] = Field(
        default_factory=dict, description="What figures of reports should be."
    )
    mailed_reports: Mapping[Name, MailedReport] = Field(
        default_factory=dict, description="Reports that are sent by mail at set times."
    )
    retention: Kept = Field(default_factory=Kept, description="How long data is kept.")
    surveys: Names = Field((), description="Surveys asked here, each a file in flows/surveys.")
    survey_calls: SurveyCallOptions | None = Field(
        None, description="Calls of planned surveys; without it they call nobody."
    )
    payments: Names = Field((), description="Names of the ways to pay.")
    limits: Limits = Field(default_factory=Limits, description="Bounds on calls and on the stop.")
    log: Log = Field(default_factory=Log, description="What is written to the log.")
    keys: Keys = Field(default_factory=Keys, description="Where the server's own keys are.")

    _file: str = PrivateAttr("config.yaml")
    _tree: Map | None = PrivateAttr(None)
    _warnings: tuple[Problem, ...] = PrivateAttr(())

    @property
    def public_base(self) -> str:
        """The URL under which providers reach us, without a slash at its end."""
        return self.web.public_base or f"http://{self.web.listen}"

    @property
    def queue_names(self) -> tuple[str, ...]:
        """The names of the queues, as written."""
        return tuple(self.queues)

    @property
    def is_local(self) -> bool:
        """Whether every listener is on loopback: then this is development, and http is allowed."""
        return self.web.listen.is_loopback and self.web.ops_listen.is_loopback

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is allowed but unwise."""
        return self._warnings

    def where(self, *path: str | int, key: bool = False) -> Position:
        """Where a value stands in the file, with `key` its key; else the nearest parent."""
        return locate(self._tree, path, key=key) if self._tree else Position(self._file)

    def remember(self, file: str, tree: Map | None, warnings: tuple[Problem, ...]) -> Config:
        """Keep the file behind the values, for messages. Used once, by the loader."""
        self._file, self._tree, self._warnings = file, tree, warnings
        return self


NOT_YET: Mapping[str, str] = {
    "mode": "development is when every listener is on loopback",
    "desk": "the agents' desk has no settings yet",
    "sla": "deadlines of tickets come later; queues have service_level",
}
"""Keys that the documentation names and that would have no effect yet, and why."""
