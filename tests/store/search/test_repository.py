"""Both databases find what a plain reading finds, and nothing that is not to be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from ivr.domain.fold import fold
from ivr.runtime.ports.customers import Act, NewCustomer, NewPoint
from ivr.runtime.ports.search import KINDS, SearchSight
from ivr.runtime.ports.tickets import Scope
from ivr.store.customers.repository import SqlCustomers
from ivr.store.customers.work import House
from ivr.tickets.knowledge import VISITOR, Reader
from ivr.tickets.search import SearchError, parse_query, words
from ivr.tickets.search_text import Rank
from tests.fakes.ticket_house import CATEGORIES, NOON

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

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
    fields = {
        "subject": sentence(dice, 1, 3) or "x",
        "description": sentence(dice, 3, 12),
        "team": dice.choice(TEAMS),
        "category": dice.choice(tuple(CATEGORIES)),
        "kind": dice.choice(KINDS_OF),
        "tags": tuple(dice.sample(TAGS, dice.randint(0, 2))),
    }
    row = await writers.open(**fields)
    text = words(f"{row.number} {row.subject} {row.description}")
    return Record(
        *("ticket", row.id, text, writers.at, row.status, row.team, fields["category"], row.kind),
        tags=row.tags,
    )


async def look(
    writers: Writers, text: str, sight: SearchSight = ALL, kinds: Sequence[str] = KINDS
) -> Sequence[Found]:
    """Search as somebody types it."""
    query = parse_query(text, "TR")
    return await writers.search.find(query, kinds, sight, limit=200)


async def test_three_hundred_searches_find_what_a_plain_reading_finds(writers: Writers) -> None:
    dice = Random(20261123)  # noqa: S311 - the same searches every time
    records = await fill(writers, dice)
    asked, hits = 0, 0
    while asked < 300:
        text = typed(dice)
        try:
            query = parse_query(text, "TR")
        except SearchError:
            continue
        if query.lookups:
            query = parse_query(f"{text} -nothing", "TR")
        found = {
            (each.kind, each.id) for each in await writers.search.find(query, KINDS, ALL, limit=200)
        }
        assert found == expected(records, query), text
        asked += 1
        hits += bool(found)
    assert hits > 100


async def test_a_number_comes_first_then_the_customers_then_phrases_then_words(
    writers: Writers,
) -> None:
    customers = SqlCustomers(writers.store.database, House("TR"))
    act = Act("ayse", NOON)
    ece = await customers.add(NewCustomer("Ece Kaya", number="C-77"), act)
    await customers.add_point(ece.id, NewPoint("phone", "+905321112233"), act)
    hers = await writers.open(customer=ece.id, subject="Modem ışığı")
    named = await writers.open(subject=f"See {hers.number}")
    found = await look(writers, hers.number)
    assert [(each.id, each.rank) for each in found] == [
        *((hers.id, Rank.TICKET), (named.id, Rank.WORDS)),
    ]
    for text in ("0532 111 22 33", "c-77"):
        found = await look(writers, text)
        assert {(each.kind, each.rank) for each in found} == {
            *(("ticket", Rank.CONTACT), ("customer", Rank.CONTACT)),
        }, text
    far = await writers.open(subject="modem yeni, ışık yok")
    found = await look(writers, "modem ışık")
    assert [(each.id, each.rank) for each in found] == [(far.id, Rank.WORDS)]
    found = await look(writers, "modem ışı")
    assert [(each.id, each.rank) for each in found] == [
        *((hers.id, Rank.PHRASE), (far.id, Rank.WORDS)),
    ]


async def test_the_index_follows_every_change(writers: Writers) -> None:
    made = await writers.open(subject="Eski konu")
    await writers.change(made.number, subject="Yepyeni konu")
    assert await look(writers, "eski") == []
    (found,) = await look(writers, "yepyeni")
    assert (found.number, found.title, found.state) == (made.number, "Yepyeni konu", "new")
    article = await writers.draft(body="Birinci")
    await writers.kb.change(article.id, {"body": "İkinci"}, writers.act())
    assert await look(writers, "birinci") == []
    assert [each.id for each in await look(writers, "ıkıncı")] == [article.id]
    await writers.kb.remove(article.id, writers.act())
    assert await look(writers, "ikinci") == []
    customers = SqlCustomers(writers.store.database, House("TR"))
    act = Act("ayse", NOON)
    ece = await customers.add(NewCustomer("Ece Kaya"), act)
    await customers.change(ece.id, ece.version, {"full_name": "Ece O'Neil"}, act)
    assert await look(writers, "kaya") == []
    assert [each.title for each in await look(writers, "oneil neil")] == []
    assert [each.title for each in await look(writers, "neil ece")] == ["Ece O'Neil"]


async def test_nobody_finds_what_he_may_not_see(writers: Writers) -> None:
    customers = SqlCustomers(writers.store.database, House("TR"))
    act = Act("ayse", NOON)
    ece = await customers.add(NewCustomer("Modem Kaya", number="C-77"), act)
    await customers.add_point(ece.id, NewPoint("phone", "+905321112233"), act)
    for team in ("billing", "cards"):
        await writers.open(subject=f"Modem {team}", team=team, customer=ece.id, by="server")
    await writers.open(subject="Modem mine", by="ayse")
    for slug, visibility in (("in", "internal"), ("out", "public")):
        await writers.publish(slug, title="Modem", visibility=visibility)
    await writers.draft("draft", title="Modem")

    async def titles(sight: SearchSight, text: str = "modem") -> list[str]:
        found = await look(writers, text, sight)
        return sorted(f"{each.kind} {each.title} {each.number}"[:21] for each in found)

    assert await titles(SearchSight()) == []
    scope = Scope("ayse", ("cards",))
    mine = await titles(SearchSight(tickets=True, scope=scope))
    assert mine == ["ticket Modem cards 26", "ticket Modem mine 260"]
    assert await titles(SearchSight(reader=VISITOR)) == ["article Modem out"]
    assert len(await titles(SearchSight(reader=LEAD))) == 3
    assert await titles(SearchSight(customers=True)) == []
    assert await titles(SearchSight(customers=True), "C-77") == ["customer Modem Kaya C"]
    assert await titles(SearchSight(customers=True), "05321112233") == []
    masked = SearchSight(tickets=True, customers=True)
    assert await titles(masked, "05321112233") == []
    names = SearchSight(tickets=True, customers=True, names=True, scope=Scope("veli"))
    assert await titles(names, "05321112233") == ["customer Modem Kaya C"]


async def test_tenants_find_only_their_own(writers: Writers) -> None:
    await writers.open(tenant=2, subject="Modem")
    await writers.publish(tenant=2, title="Modem")
    await writers.add_customer("2" * 26, 2, full_name="Modem", search_fold="modem")
    assert await look(writers, "modem") == []
    query = parse_query("modem", "TR")
    assert len(await writers.search.find(query, KINDS, ALL, tenant=2)) == 3
    assert len(await writers.search.find(query, ("ticket",), ALL, tenant=2)) == 1


async def test_a_merged_ticket_leads_to_the_one_it_went_into(writers: Writers) -> None:
    old, new = await writers.open(subject="Modem eski"), await writers.open(subject="Modem")
    await writers.tickets.merge(old.number, new.number, writers.act(reason="same"))
    assert [each.number for each in await look(writers, "modem")] == [new.number]
    assert [each.number for each in await look(writers, old.number)] == [new.number]


async def test_the_best_are_kept_where_there_are_too_many(writers: Writers) -> None:
    for number in range(5):
        writers.later(minutes=1)
        await writers.open(subject=f"Modem {number}")
    query = parse_query("modem", "TR")
    found = await writers.search.find(query, KINDS, ALL, limit=2)
    assert [each.title for each in found] == ["Modem 4", "Modem 3"]
