"""The kinds of values in config.yaml: addresses, names, secrets, and how each is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated, Any, Literal, NoReturn
from urllib.parse import urlsplit

from pydantic import BeforeValidator, WithJsonSchema

from ivr.config.calendars import find_zone
from ivr.config.secrets import DEMO, Filled, Hidden, Secret
from ivr.domain.phone import parse_phone
from ivr.domain.scalars import read_duration, read_name
from ivr.flow.fields import Flag, Seconds, ShapeError, Strict, Whole
from ivr.flow.types import LANGUAGE, parse_literal

__all__ = ["Flag", "Seconds", "ShapeError", "Strict", "Whole"]

LOCALHOST = "localhost"
_LISTEN = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]/]+)):(?P<port>[0-9]{1,5})")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT = re.compile(r"[0-9]{2,6}")
_SENSITIVE = re.compile(r"auth|cookie|token|key|secret|password|signature", re.IGNORECASE)
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_OUR_HEADERS = frozenset(
    [
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)


def refuse(code: str, message: str) -> NoReturn:
    """Say that a value is wrong."""
    raise ShapeError(code, message)


def scalar(value: object) -> str:
    """One text; ShapeError for a list or a map."""
    if not isinstance(value, str):
        refuse("C104", "one value is wanted here, not a list or a map")
    return value


def text_field(read: Callable[[str], object]) -> BeforeValidator:
    """A validator for a field that is written as one text; ValueError becomes C103."""

    def check(value: object) -> object:
        text = scalar(value)
        try:
            return read(text)
        except ShapeError:
            raise
        except ValueError as error:
            raise ShapeError("C103", str(error)) from error

    return BeforeValidator(check)


class Listen(str):
    """An address to listen on, `127.0.0.1:8080` or `[::1]:8080`."""

    __slots__ = ("host", "port")
    host: str
    port: int

    def __new__(cls, text: str) -> Listen:
        """Read it; ShapeError if it is no address."""
        found = _LISTEN.fullmatch(text)
        host = (found["six"] or found["host"]) if found else ""
        if not found or not (host == LOCALHOST or _is_address(host)) or int(found["port"]) > 65535:
            refuse("C103", f'"{text}" is not an address to listen on; write 127.0.0.1:8080')
        made = super().__new__(cls, text)
        made.host = host
        made.port = int(found["port"])
        return made

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host, written as an address or as `localhost`, is this machine."""
    return host == LOCALHOST or (_is_address(host) and ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def read_base(text: str) -> str:
    """The URL under which providers reach us: http or https, host, perhaps port and path."""
    parts = urlsplit(text)
    port_ok = _has_good_port(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_ok:
        refuse("C103", f'"{text}" is not a web address; write https://ivr.example')
    if parts.query or parts.fragment or "@" in parts.netloc or re.search(r"\s", text):
        refuse("C103", f'"{text}" must be only scheme, host, port and path')
    return text.rstrip("/")


def _has_good_port(text: str) -> bool:
    try:
        return urlsplit(text).port != 0
    except ValueError:
        return False


def read_secret(value: object) -> object:
    """A whole value that is a reference; anything written out is refused (C112)."""
    if isinstance(value, Secret):
        return value
    text = scalar(value)
    if not isinstance(text, Filled) or text.written != "".join(use.written for use in text.used):
        refuse("C112", "a secret must not stand in the file; write ${env:NAME} or ${file:PATH}")
    if any(use.default not in {None, DEMO} for use in text.used):
        refuse("C112", f"a secret has no default but the word {DEMO}; write ${{env:NAME}}")
    if not text:
        refuse("C103", "this secret is empty")
    return Secret(str(text))


def read_private_text(value: object) -> object:
    """A text that may hold a secret somewhere inside, such as a URL; printed as dots."""
    return value if isinstance(value, Secret) else Secret(str(scalar(value)))


def read_headers(value: object) -> object:
    """Header names and their values; the values of telling names must come from outside (C112)."""
    if not isinstance(value, Mapping):
        refuse("C104", "headers want names and values, as in Accept: application/json")
    return {_header_name(str(name)): _header_value(str(name), value[name]) for name in value}


def _header_name(name: str) -> str:
    if not _HEADER.fullmatch(name):
        refuse("C103", f'"{name}" is not the name of a header')
    if name.lower() in _OUR_HEADERS:
        refuse("C103", f"the header {name} is set by the server itself")
    return name


def _header_value(name: str, value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    text = scalar(value)
    used = text.used if isinstance(text, Filled) else ()
    if _SENSITIVE.search(name) and (not used or any(use.default for use in used)):
        refuse("C112", f"the secret of {name} must not stand in the file; write ${{env:NAME}}")
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", text) or not text.isascii():
        refuse("C103", f"the value of {name} must be plain ASCII on one line")
    return Secret(str(text))


def read_zone(text: str) -> str:
    """The name of a time zone that exists."""
    find_zone(text)
    return str(text)


def read_country(text: str) -> str:
    """A country of the numbering plan, two letters."""
    import phonenumbers  # noqa: PLC0415 - slow to load

    if text not in phonenumbers.SUPPORTED_REGIONS:
        refuse("C103", f'"{text}" is not a country; write two letters, as in TR')
    return str(text)


def read_currency(text: str) -> str:
    """A currency, three capital letters (ISO 4217)."""
    if not re.fullmatch("[A-Z]{3}", text):
        refuse("C103", f'"{text}" is not a currency; write three letters, as in TRY')
    return str(text)


def read_language(text: str) -> str:
    """A language such as tr or en."""
    return str(parse_literal(str(text), LANGUAGE))


def read_e164(text: str) -> str:
    """A number with its country code: +902125550001."""
    if not _E164.fullmatch(text) or parse_phone(text, "TR") != text:
        refuse("C103", f'"{text}" is not a telephone number; write it as +902125550001')
    return str(text)


def read_called(text: str) -> str:
    """A number that callers dial: E.164, or a short one of 2 to 6 digits."""
    return str(text) if _SHORT.fullmatch(text) else read_e164(text)


def read_network(text: str) -> IPv4Network | IPv6Network:
    """A network such as 10.0.0.0/8, or a single address."""
    try:
        return ip_network(str(text))
    except ValueError:
        refuse("C103", f'"{text}" is not a network; write 10.0.0.0/8 or 10.0.0.7')


def _name(text: str) -> str:
    try:
        return read_name(str(text))
    except ValueError as error:
        raise ShapeError("C105", str(error)) from error


def _names(value: object) -> object:
    """A list of names, or a map of them with nothing behind (settings come later)."""
    if isinstance(value, Mapping):
        for name, inside in value.items():
            if inside != {}:
                refuse("C121", f'settings of "{name}" are not built yet; write {name}: {{}}')
        return tuple(value)
    if not isinstance(value, list | tuple):
        refuse("C104", "a list of names is wanted here, as in [cards, loans]")
    twice = sorted({str(name) for name in value if value.count(name) > 1})
    if twice:
        refuse("C131", f'"{twice[0]}" stands here twice')
    return value


def _short_time(most_s: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        seconds = read_duration(text).total_seconds()
        if not 0 < seconds <= most_s:
            refuse("C103", f'"{text}" is out of range; more than 0s, at most {most_s:g}s')
        return seconds

    return read


def _count(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1
        if not least <= number <= most:
            refuse("C103", f'"{text}" is not a whole number from {least} to {most}')
        return number

    return read


def whole(least: int, most: int) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a whole number within bounds."""
    return Annotated[int, text_field(_count(least, most)), _schema("integer")]


def seconds(most_s: float) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a length of time, more than nothing and at most so long."""
    return Annotated[float, text_field(_short_time(most_s)), _schema()]


def _schema(kind: str = "string") -> WithJsonSchema:
    return WithJsonSchema({"type": kind})


def _plain(text: str) -> str:
    if not text.strip():
        refuse("C103", "this value is empty")
    return str(text)


PlainText = Annotated[str, text_field(_plain), _schema()]
Name = Annotated[str, text_field(_name), _schema()]
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(_names),
    WithJsonSchema({"type": ["array", "object"], "items": {"type": "string"}}),
]
Address = Annotated[Listen, text_field(Listen), _schema()]
Base = Annotated[str, text_field(read_base), _schema()]
SecretText = Annotated[Hidden, BeforeValidator(read_secret)]
PrivateText = Annotated[Hidden, BeforeValidator(read_private_text)]
Headers = Annotated[Mapping[str, Hidden], BeforeValidator(read_headers), _schema("object")]
Zone = Annotated[str, text_field(read_zone), _schema()]
Country = Annotated[str, text_field(read_country), _schema()]
Currency = Annotated[str, text_field(read_currency), _schema()]
Language = Annotated[str, text_field(read_language), _schema()]
E164 = Annotated[str, text_field(read_e164), _schema()]
Called = Annotated[str, text_field(read_called), _schema()]
Network = Annotated[IPv4Network | IPv6Network, text_field(read_network), _schema()]
Level = Literal["debug", "info", "warning", "error"]
