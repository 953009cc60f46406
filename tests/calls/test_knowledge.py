"""A caller hears an answer of the knowledge base, and it is counted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.knowledge import NewArticle
from ivr.runtime.ports.tickets import Act
from ivr.store import SqlStore
from ivr.store.tables import interaction, kb_use
from tests.fakes.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.twilio import FakeCall, FakeTwilio

FLOW = """\
flow: answers
version: 1
languages: [tr, en]
start: look
uses: {sources: [kb]}
vars: {found: kb?}
listen: {first: 6s, between: 3s, tries: 3}
nodes:
  look:
    - fetch: kb
      with: {slug: returns, language: =call.language, call: =call.id}
      into: found
      missing: nothing
      failed: nothing
    - say: kb_answer
    - outcome: self_served
    - hangup: kb_bye
  nothing:
    - hangup: kb_none
"""
PROMPTS = """\
kb_answer: {tr: "{found.title}. {found.answer}", en: "{found.title}. {found.answer}"}
kb_bye: {tr: "Hoşça kalın.", en: "Goodbye."}
kb_none: {tr: "Bu konuda bilgi yok.", en: "Nothing is known of this."}
"""
NUMBER = "+908502220009"


async def heard(provider: FakeTwilio) -> FakeCall:
    """A call to the flow, until it is over."""
    call = provider.call("+905321112233", NUMBER)
    await call.ring()
    async with asyncio.timeout(20):
        while not call.ended:
            await call.wait(1)
            await SystemClock().sleep_until(SystemClock().now() + timedelta(milliseconds=20))
    return call


async def test_a_caller_hears_what_is_published_and_public(folder: Path) -> None:
    (folder / "flows" / "answers.yaml").write_text(FLOW, encoding="utf-8")
    (folder / "flows" / "answers.prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    config = folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    old = '  "+908502220002": {flow: status}\n'
    config.write_text(
        text.replace(old, f'{old}  "{NUMBER}": {{flow: answers}}\n'), encoding="utf-8"
    )
    served = await Served.start(config)
    house = served.server.house
    assert house is not None
    act = Act("sule", SystemClock().now())
    new = NewArticle(
        *("returns", "tr", "İade süresi"), ivr_answer="On dört gün içinde.", visibility="public"
    )
    draft = await house.knowledge.draft(new, act)
    provider = served.provider()
    await heard(provider)
    await house.knowledge.publish(draft.id, act)
    call = await heard(provider)
    assert any("On dört gün içinde." in document.decode() for document in call.documents)
    store = served.server.switch.store
    assert isinstance(store, SqlStore)
    question = select(kb_use.c.kind, interaction.c.public_id).outerjoin(interaction)
    uses = await store.database.read(lambda it: [tuple(row) for row in it.execute(question)])
    rows = await served.rows()
    assert [row.outcome for row in rows] == ["left_menu", "self_served"]
    assert uses == [("shown", rows[1].public_id)]
    assert (await house.knowledge.uses(draft.id))["solved"] == 1
    await served.close()
