"""Whether each source can work as written: its inputs, its address, its secrets."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from ivr.config.fields import is_loopback
from ivr.config.mistakes import Mistakes, Path
from ivr.config.sources import FIELD_PLACE, HttpSource, TableSource
from ivr.domain.scalars import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ivr.config.model import Config

DEFAULT_PORTS = {"https": 443, "http": 80}
Fault = tuple[str, Path, str]


def check_sources(config: Config, mistakes: Mistakes) -> None:
    """Tell every contradiction inside a source."""
    for name, source in config.sources.items():
        if isinstance(source, HttpSource):
            faults = _http(source, is_local=config.is_local)
        else:
            faults = _table(source)
        for code, path, message in faults:
            mistakes.add(code, ("sources", name, *path), message)


def _http(source: HttpSource, *, is_local: bool) -> Iterator[Fault]:
    yield from _address(source, is_local=is_local)
    yield from _inputs(source)
    if source.get is not None and source.repeat:
        yield "C130", ("repeat",), "only a post source needs repeat; a get may always be repeated"
    if source.cache and any(kind.sealed for kind in source.takes.values()):
        yield "C130", ("cache",), "answers to a sealed input are never kept; take cache out"
    elif source.cache and source.post is not None:
        yield "C130", ("cache",), "only answers of a get source are kept; take cache out"


def _key(source: HttpSource) -> Path:
    return ("get",) if source.get is not None else ("post",)


def _address(source: HttpSource, *, is_local: bool) -> Iterator[Fault]:
    key = _key(source)
    parts = split(source.url)
    if parts is None or not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        yield "C103", key, "this is not a web address; write https://crm.example/customers"
        return
    if parts.username is not None or parts.password is not None:
        yield "C103", key, "a name and password in an address are not sent; use headers"
    if parts.fragment:
        yield "C103", key, "a web address for a lookup has no # part"
    if local_url(parts, is_local=is_local):
        return
    if parts.scheme == "http":
        yield "C130", key, "a source is asked by https; http is for loopback in development only"
    elif port_of(parts) not in source.ports:
        port = port_of(parts)
        yield "C130", key, f"port {port} is not allowed; write ports: [{port}]"
    yield from _literal_address(parts, source)


def _literal_address(parts: SplitResult, source: HttpSource) -> Iterator[Fault]:
    if is_inside(parts.hostname or "") and not source.allow_private:
        message = (
            "this address is inside a private network; write allow_private: true if it is meant"
        )
        yield "C130", _key(source), message


def is_inside(host: str) -> bool:
    """Whether a host is written as an address that is not a public one."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def local_url(parts: SplitResult, *, is_local: bool) -> bool:
    """Whether a source stands on this machine while all does: any port, and http, are fine."""
    return is_local and is_loopback(parts.hostname or "")


def port_of(parts: SplitResult) -> int:
    """The port an address leads to."""
    return parts.port or DEFAULT_PORTS.get(parts.scheme, 443)


def split(url: str) -> SplitResult | None:
    """The parts of an address; None for what is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    bad = any(letter.isspace() or letter == "\\" for letter in url) or not url.isascii()
    return None if bad else parts


def _inputs(source: HttpSource) -> Iterator[Fault]:
    """Every {name} is an input, in the path or a query value; none of them is sealed."""
    parts = split(source.url)
    if parts is None:
        return
    yield from _odd_places(parts, _key(source))
    for name in dict.fromkeys(FIELD_PLACE.findall(source.url)):
        yield from _input(source, name, is_path=f"{{{name}}}" in parts.path)
    if source.get is not None:
        yield from _unsent(source)


def _odd_places(parts: SplitResult, key: Path) -> Iterator[Fault]:
    before = FIELD_PLACE.findall(f"{parts.scheme}{parts.netloc}{parts.fragment}")
    if before:
        yield "C130", key, f"{{{before[0]}}} may stand in the path or in a query value only"
    names = [part.partition("=")[0] for part in parts.query.split("&")]
    if any(FIELD_PLACE.search(each) for each in names):
        yield "C130", key, "an input may be a query value, not the name of one"


def _unsent(source: HttpSource) -> Iterator[Fault]:
    """Inputs that a GET cannot carry."""
    used = FIELD_PLACE.findall(source.url)
    for name, kind in source.takes.items():
        if kind.sealed:
            yield "C130", ("takes", name), f'"{name}" is sealed: it may travel in a post only'
        elif name not in used:
            yield "C130", ("takes", name), f'"{name}" stands nowhere in the address'


def _input(source: HttpSource, name: str, *, is_path: bool) -> Iterator[Fault]:
    key = _key(source)
    kind = source.takes.get(name)
    if kind is None:
        yield "C120", key, _not_taken(name, source.takes)
    elif kind.sealed and source.get is None:
        yield "C130", key, f'"{name}" is sealed: it may not stand in an address'
    elif kind.optional and is_path:
        yield "C130", key, f'"{name}" may be missing, so it cannot be part of the path'
    elif kind.name == "list":
        yield "C130", key, f'"{name}" is a list: it may travel in a post only'


def _table(source: TableSource) -> Iterator[Fault]:
    if not source.match:
        yield "C102", ("match",), "match needs at least one column, as in {phone: phone}"
    for column, name in source.match.items():
        if name not in source.takes:
            yield "C120", ("match", column), _not_taken(name, source.takes)
    for name, given in source.gives.items():
        if len(given.route) != 1 or not isinstance(given.route[0], str):
            yield "C103", ("gives", name), f'"{given.written}" is not a column; rows have no levels'
    if source.otherwise is not None:
        yield from _otherwise(source, source.otherwise)


def _otherwise(source: TableSource, otherwise: Mapping[str, str]) -> Iterator[Fault]:
    for name in otherwise:
        if name not in source.gives:
            yield "C120", ("otherwise", name), f'"{name}" is not under gives'
    for name, given in source.gives.items():
        if not given.type.optional and name not in otherwise:
            yield "C102", ("otherwise",), f'otherwise needs "{name}"'


def _not_taken(name: str, takes: Mapping[str, object]) -> str:
    near = nearest(name, takes)
    return f'"{name}" is not under takes' + (f'; did you mean "{near}"?' if near else "")
