"""What the ticket of an alarm says, in the first language of its survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.surveys.deviation.run import Finding

_RULES = {
    "tr": {
        "beyond_3s": "3 sigma sınırının dışında",
        "run_8": "sekiz dönemdir düzeyin altında",
        "ewma": "kayan ortalama sınırın altında",
    },
    "en": {
        "beyond_3s": "outside the limits of 3 sigma",
        "run_8": "eight periods under the level",
        "ewma": "the moving average is under its limit",
    },
}
_SUBJECT = {"tr": "{metric} düştü: {what}", "en": "{metric} has fallen: {what}"}
_ALL = {"tr": "bütün yanıtlar", "en": "all answers"}
_BODY = {
    "tr": (
        "{plan}, {day}: % {value} (n = {n}). Mevsimin düzeyi % {level} (n = {level_n}). "
        "Neden: {rule}; rastlantı olasılığı {p}.\n\nEn düşük puanlı görüşmeler:\n{contacts}\n\n"
        "Kapatırken kök nedeni yazın."
    ),
    "en": (
        "{plan}, {day}: {value} % (n = {n}). Level of the season {level} % (n = {level_n}). "
        "Why: {rule}; probability of chance {p}.\n\nContacts with the lowest scores:\n{contacts}"
        "\n\nName the root cause when you close this."
    ),
}
_NONE = {"tr": "yok", "en": "none"}
_OVER = {
    "tr": "Sekiz dönemdir olağan düzeyde; uyarı kendiliğinden kapandı.",
    "en": "Eight periods at the usual level; the alarm has closed itself.",
}


def subject_of(finding: Finding, language: str) -> str:
    """One line."""
    words = _known(language)
    what = finding.key.dims.partition("=")[2] or _ALL[words]
    return _SUBJECT[words].format(metric=finding.key.metric.upper(), what=what)


def body_of(finding: Finding, contacts: Sequence[str], language: str) -> str:
    """What was found. contacts: a line for each of the lowest."""
    words = _known(language)
    return _BODY[words].format(
        plan=finding.key.plan,
        day=finding.period.start.isoformat(),
        value=_percent(finding.value),
        n=finding.n,
        level=_percent(finding.level.p0),
        level_n=finding.level.n,
        rule=_RULES[words][finding.rule],
        p=f"{finding.p:.2g}",
        contacts="\n".join(contacts) or _NONE[words],
    )


def over(language: str) -> str:
    """What is noted when the alarm closes itself."""
    return _OVER[_known(language)]


def _known(language: str) -> str:
    return language if language in _SUBJECT else "en"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
