"""R5: occupancy and utilisation (K7, K8), and what else agents did while they were signed in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from ivr.reports.columns import added, titles
from ivr.reports.intervals import rounded
from ivr.reports.model import PERCENT, SECONDS, Column, Report
from ivr.reports.spans import (
    AVAILABLE,
    BREAK,
    BUSY,
    DIALING,
    DIRECT,
    MISSING,
    RINGING,
    SIGNED_IN,
    TALK,
    WRAPUP,
)

if TYPE_CHECKING:
    from ivr.reports.model import Sums, Titles

_US = 1_000_000


def _part(name: str, title: Titles, num: tuple[str, ...], den: tuple[str, ...]) -> Column:
    """A part of time in percent: time is no sample, so it has no interval."""

    def made(sums: Sums) -> float | None:
        whole = added(sums, den)
        return float(rounded(Fraction(100 * added(sums, num), whole))) if whole else None

    return Column(name, title, PERCENT, made)


def _time(name: str, title: Titles, *parts: str) -> Column:
    return Column(name, title, SECONDS, lambda sums: round(added(sums, parts) / _US, 2))


REPORT = Report(
    id="R5",
    title=titles("Doluluk ve kullanım", "Occupancy and utilisation"),
    version=1,
    note=titles(
        "Doluluk (K7) = meşgul / (meşgul + hazır); meşgul: konuşma, bekletme, danışma, çağrı "
        "sonrası ve kuyruk için arama. Kullanım (K8) = (meşgul + hazır) / oturum süresi; molalar "
        "oturuma dahildir. Çalan telefon ikisi de değildir. Süren durum şimdi kesilir; bu "
        "bilginin tutulmaya başlanmasından önceki süre sayılmaz.",
        "Occupancy (K7) = busy / (busy + available); busy: talk, hold, consultation, wrap-up and "
        "calling for a queue. Utilisation (K8) = (busy + available) / time signed in, breaks "
        "included. Ringing is neither. A state that goes on is cut now; time before states were "
        "kept is not counted.",
    ),
    columns=(
        _part("occupancy", titles("Doluluk (K7)", "Occupancy (K7)"), BUSY, (*BUSY, AVAILABLE)),
        _part(
            "utilisation",
            titles("Kullanım (K8)", "Utilisation (K8)"),
            (*BUSY, AVAILABLE),
            SIGNED_IN,
        ),
        _time("signed_in", titles("Oturum", "Signed in"), *SIGNED_IN),
        _time("busy", titles("Meşgul", "Busy"), *BUSY),
        _time("available", titles("Hazır", "Available"), AVAILABLE),
        _time("talk", titles("Konuşma", "Talk"), TALK),
        _time("wrapup", titles("Çağrı sonrası", "Wrap-up"), WRAPUP),
        _time("dialing", titles("Kuyruk için arama", "Calling for a queue"), DIALING),
        _time("ringing", titles("Çalıyor", "Ringing"), RINGING),
        _time("break", titles("Mola", "Break"), BREAK),
        _time("not_responding", titles("Yanıt vermiyor", "Not responding"), MISSING),
        _time("own_calls", titles("Kendi aramaları", "Own calls"), DIRECT),
    ),
    by=("agent",),
    default=("agent",),
    filters=("agent",),
    chart="occupancy",
)
