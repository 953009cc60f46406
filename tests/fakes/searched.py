"""Records to search, and a plain reading of a search: what it should find among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ivr.domain.fold import fold
from ivr.runtime.ports.customers import Act, NewCustomer
from ivr.runtime.ports.search import KINDS, SearchSight
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from ivr.tickets.knowledge import Reader
from ivr.tickets.search import parse_query, words
from tests.fakes.ticket_house import CATEGORIES, NOON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from random import Random

    from ivr.runtime.ports.search import Found
    from ivr.tickets.search import Query, Term
    from tests.fakes.writers import Writers

LEAD = Reader("sule", inside=True, edits=True)
ALL = SearchSight(tickets=True, customers=True, names=True, reader=LEAD)
VOCABULARY = (
    *("IŞIK", "ışık", "Işık", "faturası", "FATURA", "fatura", "İPTAL", "iptali", "kredi", "kartım"),
    *("kayıp", "çalındı", "iade", "İADE", "ödeme", "ödemesi", "e-posta", "ADSL", "modem", "arıza"),
    *("arızalı", "şikâyet", "Şikayet", "gecikti", "müşteri", "10.000", "TR-42", "3G", "4,5G"),
    *("co-op", "O'Neil", "a.ş.", "%50", "naïve", "straße", "STRASSE", "Ən", "yaxşı", "0x1f"),
    *("12e5", "v2.0", "C++", "user@firm.example", "www.firm.example/yardım", "2026-11-23", "and"),
    *("or", "not", "near", "AND", "NULL", "'", '"', "\\", "&", "|", ":*", "(", ")", "!"),
)
STATUSES, TAGS = ("new", "open", "waiting_customer"), ("acil", "VIP", "İade")
TEAMS, KINDS_OF = ("billing", "cards", "Saha Ekibi"), ("complaint", "request", "fault")


@dataclass
class Record:
    """What a record has that can be searched."""

    kind: str
    name: str
    words: list[str]
    day: datetime
    status: str = ""
    team: str = ""
    category: str = ""
    ticket_kind: str = ""
    tags: tuple[str, ...] = ()

    def has(self, term: Term) -> bool:
        """The words of a term stand next to each other, the last may be a begin."""
        size = len(term.words)
        return any(
            self.words[at : at + size - 1] == list(term.words[:-1])
            and _ends(self.words[at + size - 1], term)
            for at in range(len(self.words) - size + 1)
        )

    def field(self, name: str) -> set[str]:
        """The folded values of a field."""
        if name == "category":
            path = CATEGORIES[self.category].path if self.category else ""
            steps = path.split(".")
            above = {".".join(steps[:count]) for count in range(1, len(steps) + 1)}
            codes = {fold(CATEGORIES[each].code) for each in above if each}
            return above | codes
        one = {"status": self.status, "team": self.team, "kind": self.ticket_kind}
        return {fold(each) for each in (self.tags if name == "tag" else (one[name],)) if each}


def _ends(word: str, term: Term) -> bool:
    return word.startswith(term.words[-1]) if term.prefix else word == term.words[-1]


def expected(records: Sequence[Record], query: Query) -> set[tuple[str, str]]:
    """What a plain reading finds."""
    return {(each.kind, each.name) for each in records if _fits(each, query)}


def _fits(record: Record, query: Query) -> bool:
    if not all(map(record.has, query.terms)) or any(map(record.has, query.without)):
        return False
    if record.kind == "customer" and not query.terms:
        return False
    day = record.day.date()
    if (query.since and day < query.since) or (query.until and day > query.until):
        return False
    for name in ("status", "team", "category", "kind", "tag"):
        wanted, unwanted, mine = query.one_of(name), query.none_of(name), record.field(name)
        if (wanted and not mine & {*wanted}) or mine & {*unwanted}:
            return False
    return True


def sentence(dice: Random, least: int, most: int) -> str:
    """Some words with signs between them."""
    count = dice.randint(least, most)
    marks = (" ", " ", " ", ", ", " - ", "\n", "/")
    return "".join(dice.choice(VOCABULARY) + dice.choice(marks) for _ in range(count))


def typed(dice: Random) -> str:
    """A search as somebody might type it."""
    parts = [dice.choice(VOCABULARY) for _ in range(dice.randint(1, 3))]
    if dice.random() < 0.3:
        parts[0] = f'"{parts[0]} {dice.choice(VOCABULARY)}"'.replace('""', '"x"')
    if dice.random() < 0.25:
        parts.append("-" + dice.choice(VOCABULARY))
    if dice.random() < 0.4:
        parts.append(dice.choice(FIELDS))
    if dice.random() < 0.5:
        parts[-1] = parts[-1][: dice.randint(2, 5)] if ":" not in parts[-1] else parts[-1]
    dice.shuffle(parts)
    return " ".join(parts)


FIELDS = (
    *("status:new", "status:OPEN", "-status:new", "team:billing", 'team:"saha ekibi"'),
    *("-team:cards", "category:billing", "category:card.lost", "-category:card", "category:c-1"),
    *("kind:fault", "kind:request", "tag:iade", "tag:vip", "-tag:acil", "tag:none"),
    *("from:2026-11-24", "to:2026-11-24", "from:25.11.2026"),
)


async def fill(writers: Writers, dice: Random) -> list[Record]:
    """Tickets, customers and articles, and what is known of them."""
    found = [await _ticket(writers, dice, number) for number in range(60)]
    customers = SqlCustomers(writers.store.database, House("TR"))
    for number in range(20):
        name = sentence(dice, 1, 3).strip() or "x"
        at = NOON + timedelta(days=number % 4)
        row = await customers.add(NewCustomer(name, number=f"K{number}X"), Act("ayse", at))
        found.append(Record("customer", row.id, words(row.full_name), at))
    for number in range(20):
        writers.at = NOON + timedelta(days=number % 4)
        body, category = sentence(dice, 3, 12), dice.choice(("", *CATEGORIES))
        chosen = (category,) if category else ()
        article = await writers.publish(f"a{number}", body=body, categories=chosen)
        text = words(f"a{number} {article.title} {body}")
        found.append(
            Record("article", article.id, text, writers.at, "published", category=category)
        )
    return found


async def _ticket(writers: Writers, dice: Random, number: int) -> Record:
    writers.at = NOON + timedelta(days=number % 4)
    fields: dict[str, Any] = {
        "subject": sentence(dice, 1, 3) or "x",
        "description": sentence(dice, 3, 12),
        "team": dice.choice(TEAMS),
        "category": dice.choice(tuple(CATEGORIES)),
        "kind": dice.choice(KINDS_OF),
        "tags": tuple(dice.sample(TAGS, dice.randint(0, 2))),
    }
    row = await writers.open(**fields)
    text = words(f"{row.number} {row.subject} {row.description}")
    known = (row.status, row.team, fields["category"], row.kind)
    return Record("ticket", row.id, text, writers.at, *known, tags=row.tags)


async def look(
    writers: Writers, text: str, sight: SearchSight = ALL, kinds: Sequence[str] = KINDS
) -> Sequence[Found]:
    """Search as somebody types it."""
    query = parse_query(text, "TR")
    return await writers.search.find(query, kinds, sight, limit=200)
