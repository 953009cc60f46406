"""Decision records in words: why this caller was given to that agent, or to nobody.

A record is what `why.py` writes. Fields that it has not (it was written by an older server) are
left out. Source: acd-cti.md 5.6 (`ivr acd why CALL`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ivr.acd.settings import LAST_AGENT, RANKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    Words = Mapping[str, str]

LANGUAGES = ("en", "tr")

_SAID: Mapping[str, Words] = {
    "en": {
        "head": "{at}  {who}: queue {queue}, step {step} of its needs ({id})",
        "given": "agent {agent}",
        "nobody": "nobody is rung up",
        "chosen": "chosen by {strategy}: {words}",
        "last_agent": "the caller is for {sticky}, who talked with him before",
        "ticket_owner": "the caller is for {sticky}, who has his ticket",
        "account_owner": "the caller is for {sticky}, who looks after this customer",
        "alone": "no other agent was free for this call",
        "runners_up": "next would have been: {names}",
        "next_calls": "of the other callers for this agent, next comes: {names}",
        "skipped": "not free for this call: {counts}",
        "held": "before this caller stand, in a step that must not be broken: {names}",
        "held_until": "the caller is in a step that must not be broken, until {until} at most",
        "rejoined": "the caller was cut off before and has the place of that wait: {rejoined}",
        "decides": "team {team}: the queue that lacks most came first ({shares})",
        "keys": "team {team}: somebody waits beyond the service level, so that the order of all"
        " callers decided ({shares})",
        "share": "{queue}: {given} today, lacks {deficit} %",
    },
    "tr": {
        "head": "{at}  {who}: kuyruk {queue}, koşulların {step}. basamağı ({id})",
        "given": "temsilci {agent}",
        "nobody": "kimse aranmıyor",
        "chosen": "seçim {strategy}: {words}",
        "last_agent": "arayan, onunla daha önce görüşen {sticky} içindir",
        "ticket_owner": "arayan, talebinin sahibi {sticky} içindir",
        "account_owner": "arayan, müşteri sorumlusu {sticky} içindir",
        "alone": "bu çağrı için başka boş temsilci yoktu",
        "runners_up": "sonraki adaylar: {names}",
        "next_calls": "bu temsilcinin öbür arayanlarından sıradaki: {names}",
        "skipped": "bu çağrı için boş değil: {counts}",
        "held": "bu arayandan önce, bölünmemesi gereken bir adımda olanlar: {names}",
        "held_until": "arayan, bölünmemesi gereken bir adımda; en geç {until}",
        "rejoined": "arayanın hattı kopmuştu; o bekleyişin yeri onundur: {rejoined}",
        "decides": "ekip {team}: en çok eksiği olan kuyruk önce geldi ({shares})",
        "keys": "ekip {team}: hizmet düzeyini aşan bekleyen var, bütün arayanların sırası belirledi"
        " ({shares})",
        "share": "{queue}: bugün {given}, eksiği % {deficit}",
    },
}
_STRATEGIES: Mapping[str, Words] = {
    "en": {
        "longest_idle": "free for the longest time",
        "fewest_calls": "fewest calls of this queue today",
        "least_talk": "least time in talks of this queue today",
        "least_occupied": "least busy in the last hour",
        "best_skill": "highest levels of what the call needs",
        "least_skilled": "lowest levels that do, so that experts stay free",
        "round_robin": "next in turn",
        "ordered": "first in the order of the team",
        "random": "by lot",
        "weighted_random": "by lot, by weight",
        "ring_all": "all who are free ring",
        "ring_progressive": "free for the longest time, others join while it rings",
        "expression": "first by the rank of the queue",
    },
    "tr": {
        "longest_idle": "en uzun süredir boş olan",
        "fewest_calls": "bu kuyrukta bugün en az çağrı alan",
        "least_talk": "bu kuyrukta bugün en az konuşan",
        "least_occupied": "son bir saatte en az meşgul olan",
        "best_skill": "çağrının gerektirdiğinde en yetkin olan",
        "least_skilled": "yeten en düşük düzey; uzmanlar boş kalsın diye",
        "round_robin": "sırası gelen",
        "ordered": "ekipteki sıraya göre ilk",
        "random": "kurayla",
        "weighted_random": "ağırlıklı kurayla",
        "ring_all": "boş olan herkes çalar",
        "ring_progressive": "en uzun süredir boş olan; çaldıkça başkaları katılır",
        "expression": "kuyruğun sıralamasına göre ilk",
    },
}
_SKIPPED: Mapping[str, Words] = {
    "en": {
        "offline": "offline",
        "break": "on break",
        "not_responding": "not responding",
        "reserved": "reserved",
        "ringing": "ringing",
        "talking": "talking",
        "holding": "with a caller on hold",
        "consulting": "consulting",
        "wrapup": "in wrap-up",
        "dialing": "dialling",
        "direct": "in a call of their own",
        "cooldown": "not again so soon",
        "skill": "without the skill",
    },
    "tr": {
        "offline": "çevrimdışı",
        "break": "molada",
        "not_responding": "yanıt vermiyor",
        "reserved": "ayrılmış",
        "ringing": "çalıyor",
        "talking": "görüşmede",
        "holding": "arayanı bekletiyor",
        "consulting": "danışıyor",
        "wrapup": "çağrı sonrası işte",
        "dialing": "arıyor",
        "direct": "kendi görüşmesinde",
        "cooldown": "hemen yeniden değil",
        "skill": "becerisi yetmiyor",
    },
}


def told(record: Mapping[str, Any], language: str, zone: tzinfo) -> Iterator[str]:
    """One decision: who, and below it why, a line each. language: one of LANGUAGES. zone: of the
    times."""
    say = _SAID[language]
    queue, _, step = record["class"].rpartition("/")
    agent = record["agent"]
    who = say["given"].format(agent=agent) if agent else say["nobody"]
    at = _clock(record["at"], zone)
    yield say["head"].format(at=at, who=who, queue=queue, step=step, id=record["id"])
    for line in (*_of_caller(record, say, zone), *_of_agents(record, say, language)):
        yield f"  {line}"


def _of_caller(record: Mapping[str, Any], say: Words, zone: tzinfo) -> Iterator[str]:
    if record.get("held_until"):
        yield say["held_until"].format(until=_clock(record["held_until"], zone))
    if record.get("sticky"):
        source = record.get("sticky_source") or LAST_AGENT  # older records tell no source
        yield say[source].format(sticky=record["sticky"])
    if record.get("rejoined"):
        yield say["rejoined"].format(rejoined=record["rejoined"])


def _of_agents(record: Mapping[str, Any], say: Words, language: str) -> Iterator[str]:
    if record["agent"]:
        yield from _of_choice(record, say, language)
    if record["skipped"]:
        words = _SKIPPED[language]
        counts = (f"{count} {words.get(why, why)}" for why, count in record["skipped"].items())
        yield say["skipped"].format(counts=", ".join(counts))


def _of_choice(record: Mapping[str, Any], say: Words, language: str) -> Iterator[str]:
    strategy = record["strategy"]
    words = _STRATEGIES[language].get(strategy, strategy)
    yield say["chosen"].format(strategy=strategy, words=words)
    if not record["runners_up"] and strategy in RANKED and not record["sticky"]:
        yield say["alone"]
    for name, what in (("runners_up", "agent"), ("held", "call"), ("next_calls", "call")):
        if record.get(name):
            yield say[name].format(names=_names(record[name], what))
    if record.get("share"):
        yield _of_share(record["share"], say)


def _of_share(share: Mapping[str, Any], say: Words) -> str:
    parts = (
        say["share"].format(queue=queue, given=given, deficit=share["deficit"][queue])
        for queue, given in share["given"].items()
    )
    kind = "decides" if share["decides"] else "keys"
    return say[kind].format(team=share["team"], shares="; ".join(parts))


def _names(entries: Sequence[Mapping[str, Any]], what: str) -> str:
    return ", ".join(str(entry[what]) for entry in entries)


def _clock(at: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M:%S}"
