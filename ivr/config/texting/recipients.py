"""The clock of whom we write to: the time zone of the country that a number belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

_TABLE = "zone1970.tab"
_TIMES = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
"""Winter and summer: zones of one country that agree at both are one clock."""


def zone_of(number: str, house: tzinfo) -> tzinfo:
    """The zone of a number in E.164; that of the house where nobody can tell: a country with
    several clocks, a number of no country, something that is no number."""
    return _clock(_country(number)) or house


def _country(number: str) -> str:
    """Two letters, "" = not known."""
    import phonenumbers  # noqa: PLC0415 - slow to load, and many processes never need it

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    found: str | None = phonenumbers.region_code_for_number(parsed)
    return found or ""


@cache
def _clock(country: str) -> tzinfo | None:
    """The one clock of a country; None if it has several, or there is no such country."""
    zones = [ZoneInfo(name) for name in _zones().get(country, ())]
    times = {tuple(at.astimezone(zone).utcoffset() for at in _TIMES) for zone in zones}
    return zones[0] if len(times) == 1 else None


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Country -> its zones, from the time zone database."""
    found: dict[str, tuple[str, ...]] = {}
    table = resources.files("tzdata.zoneinfo").joinpath(_TABLE)
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            countries, _, zone = line.split("\t")[:3]
            for country in countries.split(","):
                found[country] = (*found.get(country, ()), zone)
    return found
