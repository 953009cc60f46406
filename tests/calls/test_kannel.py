"""Text messages by a real Kannel gateway: out with reports, in by parts, refused by a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ivr.domain.texting.segments import split
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.compliance import SMS
from ivr.runtime.ports.intake import ItemFilter
from ivr.runtime.ports.texts import TextNew
from tests.fakes.kannel import PASSWORD, SECRET, USER, Kannel, free_ports, until
from tests.fakes.served import Served, shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from ivr.runtime.ports.compliance import ConsentRow
    from ivr.runtime.ports.intake import ItemRow
    from ivr.runtime.ports.texts import TextRow
    from ivr.runtime.texts.house import TextHouse

HIM, US = "+905321112233", "3434"
TRUNK = """\
  gsm:
    provider: kannel
    sendsms: {sendsms}
    username: {user}
    password: "${{file:password}}"
    secret: "${{file:secret}}"
    texts: {{sender: "{us}"}}
  browser:"""


@dataclass
class Line:
    """Our server and the gateway."""

    served: Served
    kannel: Kannel

    @property
    def house(self) -> TextHouse:
        assert self.served.server.texts is not None
        return self.served.server.texts

    async def send(self, body: str, key: str) -> None:
        """Somebody who writes with us now is answered, at any hour."""
        now = SystemClock().now()
        await self.house.send(TextNew(HIM, body, key, now, in_contact=True))

    async def row(self, key: str, *states: str) -> TextRow:
        """The text of a key, once it is in one of these states."""

        async def there() -> TextRow | None:
            row = await self.house.texts.known(key)
            return row if row is not None and row.state in states else None

        found = await until(there)
        assert found is not None
        return found

    async def items(self) -> list[ItemRow]:
        house = self.served.server.house
        assert house is not None
        return list((await house.intake.list(ItemFilter(media=("sms",)))).rows)

    async def consents(self) -> Sequence[ConsentRow]:
        return await self.house.consents.of(HIM, SMS)

    async def got(self, body: str) -> None:
        """A telephone has heard these words from us."""

        async def there() -> bool:
            return (US, HIM, body) in self.kannel.got()

        await until(there)


@pytest.fixture
async def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.chdir(tmp_path)
    [port] = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    kannel = Kannel(tmp_path, f"{base}/hooks/gsm")
    for name, text in (("password", PASSWORD), ("secret", SECRET)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    trunk = TRUNK.format(sendsms=kannel.sendsms, user=USER, us=US)
    changes = {
        "public_base: http://127.0.0.1:8080": f"public_base: {base}",
        "listen: 127.0.0.1:0": f"listen: 127.0.0.1:{port}",
        "  browser:": trunk,
        '    texts: {sender: "+908502220000"}\n': "",
    }
    served = await Served.start(shipped(tmp_path, changes))
    made = Line(served, kannel)
    try:
        await kannel.start()
        yield made
    finally:
        await kannel.close()
        await served.close()


async def test_a_gateway_sends_and_reports_takes_in_parts_and_refusals(line: Line) -> None:
    await line.kannel.switch_on()
    long = "Sayın müşterimiz, şubemiz yarın açık. " * 4
    await line.send("Merhaba", "short")
    await line.send(long, "long")
    short = await line.row("short", "delivered")
    assert (short.trunk, short.from_, short.tries, short.parts) == ("gsm", US, 1, 1)
    assert (await line.row("long", "delivered")).parts == len(split(long)) == 3
    await line.got("Merhaba")

    header = "%05%00%03%4d%03"
    for number, words in ((3, "geldi."), (1, "Faturam "), (2, "çok yüksek ")):
        await line.kannel.send(f"905321112233 3434 udh-text {header}%0{number} {words}")
    [item] = await until(line.items)
    assert (item.body, item.sender_norm, item.account) == ("Faturam çok yüksek geldi.", HIM, "gsm")

    await line.kannel.send("905321112233 3434 ucs2 %01%30%00P%00T%00A%00L")
    await line.got("Anket ve tanitim mesaji almayacaksiniz. Yeniden almak icin BASLAT yazin.")
    assert {row.purpose for row in await line.consents()} == {"marketing", "survey"}
    assert len(await line.items()) == 1


async def test_texts_wait_for_a_gateway_that_is_down(line: Line) -> None:
    await line.kannel.close()
    await line.send("Birazdan", "waits")

    async def tried_in_vain() -> bool:
        row = await line.house.texts.known("waits")
        return row is not None and row.changed_at > row.at and row.tries == 0

    await until(tried_in_vain)
    waits = await line.row("waits", "queued")
    assert waits.reason == ""
    strangers = [
        await line.served.web.get(f"/hooks/gsm/{page}?secret=x&id=1&from=1&text=x&m=1&d=1")
        for page in ("sms", "status")
    ]
    assert [one.status for one in strangers] == [403, 403]
    assert await line.items() == []
