"""Who takes a text that came in: the words that end everything first, people last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from ivr.cti.texts.arriving import PATIENT
from ivr.runtime.ports.compliance import SMS, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.runtime.ports.intake import ItemFilter

if TYPE_CHECKING:
    from ivr.runtime.ports.intake import ItemRow
    from ivr.runtime.ports.texts import TextRow
    from tests.cti.texts.conftest import Post

HIM = "+905321112233"


@dataclass
class Session:
    """A survey that waits for an answer."""

    name: str = "survey"
    yes_no: bool = False
    words: str = ""
    heard: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    broken: bool = False

    async def answers_yes_no(self, text: TextRow) -> bool:
        """As the port says."""
        return self.yes_no and bool(text.body)

    async def opted_out(self, text: TextRow) -> str:
        """As the port says."""
        self.ended.append(text.id)
        return self.words

    async def take(self, text: TextRow) -> bool:
        """As the port says."""
        if self.broken:
            raise ValueError("our own mistake")
        self.heard.append(text.body)
        return text.body != "not mine"


async def items(post: Post) -> list[ItemRow]:
    return list((await post.pool.intake.list(ItemFilter())).rows)


async def said(post: Post) -> list[tuple[str, str, str]]:
    rows = await post.consents.of(HIM, SMS)
    return sorted((row.purpose, row.status, row.source) for row in rows)


async def test_a_text_that_nobody_expects_is_work_for_people_and_never_lost(post: Post) -> None:
    text = await post.arrive("Faturam\nyanlış geldi, " + "çok " * 30)
    for _ in range(2):
        await post.arrivals.hear(post.delivery(text.id))
    [item] = await items(post)
    assert (item.medium, item.sender_norm, item.account, item.body) == (
        "sms",
        HIM,
        "main",
        text.body,
    )
    assert item.subject.startswith("Faturam yanlış geldi, çok")
    assert len(item.subject) == 60
    assert ((await post.row(text.id)).state, (await post.row(text.id)).reason) == (
        "taken",
        "intake",
    )
    await post.arrivals.hear(post.delivery("nobody"))
    await post.arrivals.close()


async def test_a_ticket_that_is_named_is_suggested_to_who_reads_it(post: Post) -> None:
    first = await post.arrive("Modemim bozuk")
    await post.arrivals.hear(post.delivery(first.id))
    [item] = await items(post)
    made = await post.pool.convert(item.id)
    text = await post.arrive(f"{made.ticket.number} hala bozuk, ne zaman gelecek")
    await post.arrivals.hear(post.delivery(text.id))
    assert [one.suggested for one in await items(post)] == ["", made.ticket.number]
    wrong = await post.arrive("2610000006 nerede kaldı acaba")
    await post.arrivals.hear(post.delivery(wrong.id))
    assert (await items(post))[-1].suggested == ""


async def test_a_session_takes_its_answer_and_leaves_the_rest(post: Post) -> None:
    session = Session()
    post.takers.append(session)
    first, second = await post.arrive("5"), await post.arrive("not mine")
    for text in (first, second):
        await post.arrivals.hear(post.delivery(text.id))
    assert session.heard == ["5", "not mine"]
    assert (await post.row(first.id)).reason == "survey"
    assert [item.body for item in await items(post)] == ["not mine"]


async def test_a_session_that_keeps_failing_does_not_keep_a_text_from_people(post: Post) -> None:
    post.takers.append(Session(broken=True))
    text = await post.arrive("5")
    with pytest.raises(ValueError, match="our own mistake"):
        await post.arrivals.hear(post.delivery(text.id, PATIENT - 1))
    await post.arrivals.hear(post.delivery(text.id, PATIENT))
    assert [item.body for item in await items(post)] == ["5"]


async def test_a_refusal_comes_before_every_session_and_is_confirmed_once(post: Post) -> None:
    session = Session(words="Anket mesaji almayacaksiniz.")
    post.takers.append(session)
    text = await post.arrive("İptal et lütfen")
    for _ in range(2):
        await post.arrivals.hear(post.delivery(text.id))
    assert await said(post) == [("marketing", "opt_out", "sms"), ("survey", "opt_out", "sms")]
    assert (session.heard, session.ended) == ([], [text.id])
    assert await post.outgoing() == [session.words]
    again = await post.arrive("STOP")
    await post.arrivals.hear(post.delivery(again.id))
    assert await post.outgoing() == [session.words]
    assert await items(post) == []


async def test_a_crash_after_the_refusal_was_kept_still_confirms_it(post: Post) -> None:
    text = await post.arrive("STOP")
    for purpose in ("survey", "marketing"):
        new = ConsentNew(HIM, SMS, purpose, "opt_out", "sms", f"text {text.id}")
        await post.consents.say(new, Act("sms", post.clock.now()))
    await post.arrivals.hear(post.delivery(text.id))
    assert len(await said(post)) == 2
    assert len(await post.outgoing()) == 1


async def test_no_answers_a_question_that_wants_yes_or_no(post: Post) -> None:
    post.takers.append(Session(yes_no=True))
    text = await post.arrive("Hayır")
    await post.arrivals.hear(post.delivery(text.id))
    assert (await post.row(text.id)).reason == "survey"
    assert await said(post) == []


async def test_who_wants_texts_again_agrees_to_surveys_and_not_to_marketing(post: Post) -> None:
    out, back = await post.arrive("STOP"), await post.arrive("Başlat")
    for text in (out, back, back):
        await post.arrivals.hear(post.delivery(text.id))
        await post.clock.advance(1)
    assert [row[:2] for row in await said(post)] == [
        ("marketing", "opt_out"),
        ("survey", "opt_in"),
        ("survey", "opt_out"),
    ]
    assert [body[:10] for body in await post.outgoing()] == ["You will g", "Yeniden an"]


async def test_start_ends_a_block_of_the_provider(post: Post) -> None:
    new = ConsentNew(HIM, SMS, "service", "opt_out", "provider", "21610")
    await post.consents.say(new, Act("server", post.clock.now()))
    await post.clock.advance(1)
    text = await post.arrive("START")
    await post.arrivals.hear(post.delivery(text.id))
    await post.out.hear(post.delivery((await post.waiting())[0]))
    assert ("service", "opt_in", "provider") in await said(post)
    assert [one.body[:7] for one in post.line.sent] == ["You may"]


async def test_what_the_provider_has_answered_itself_is_not_answered_twice(post: Post) -> None:
    text = await post.arrive("anything", said="out")
    await post.arrivals.hear(post.delivery(text.id))
    assert len(await said(post)) == 2
    assert await post.outgoing() == []


async def test_a_name_that_sends_a_word_refuses_nothing(post: Post) -> None:
    text = await post.arrive("IPTAL", from_="BANKA")
    await post.arrivals.hear(post.delivery(text.id))
    [item] = await items(post)
    assert (item.sender, item.sender_norm) == ("BANKA", "")


async def test_a_return_that_was_cut_off_in_the_middle_is_finished(post: Post) -> None:
    new = ConsentNew(HIM, SMS, "service", "opt_out", "provider", "21610")
    await post.consents.say(new, Act("server", post.clock.now()))
    await post.clock.advance(1)
    text = await post.arrive("START")
    half = ConsentNew(HIM, SMS, "service", "opt_in", "provider", f"text {text.id}")
    await post.consents.say(half, Act("sms", post.clock.now()))
    await post.arrivals.hear(post.delivery(text.id))
    assert [row[:2] for row in await said(post)].count(("survey", "opt_in")) == 1
    assert [row[:2] for row in await said(post)].count(("service", "opt_in")) == 1
