"""The public forms: what is open, what is checked, what arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.web.help.parts import PER_HOUR

if TYPE_CHECKING:
    from tests.web.help.conftest import Visitor

FORM = "/form/billing.form"
GOOD = {"email": "Ali@Example.com", "name": "Ali", "c.invoice_no": "1234567890"}


async def test_help_lists_what_is_open_and_nothing_else(visitor: Visitor) -> None:
    text = await visitor.get("/help")
    assert visitor.status == 200
    assert text.count('href="/form/') == 2
    assert "/form/C-1" in text
    for code in ("old", "billing", "nothing.such"):
        page = await visitor.get(f"/form/{code}")
        assert (visitor.status, "Böyle bir sayfa yok" in page) == (404, True)


async def test_a_page_loads_nothing_and_runs_nothing(visitor: Visitor) -> None:
    text = await visitor.get(FORM)
    csp = visitor.headers["Content-Security-Policy"]
    assert csp.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in text
    assert visitor.headers["Cache-Control"] == "no-store"
    assert "HttpOnly" in visitor.headers["Set-Cookie"]
    assert "SameSite=Strict" in visitor.headers["Set-Cookie"]


async def test_every_kind_of_field_is_drawn_in_both_languages(visitor: Visitor) -> None:
    turkish, english = await visitor.get(FORM), await visitor.get(f"{FORM}?lang=en")
    assert "Ödendi mi" in turkish
    assert "Kartla" in turkish
    assert "Is it paid" in english
    assert 'lang="en"' in english
    for part in ('type="date"', "<textarea", "<select", 'inputmode="numeric"', "checkbox"):
        assert part in turkish


async def test_a_good_form_is_an_item_once(visitor: Visitor) -> None:
    await visitor.get(FORM)
    for _ in range(2):
        text = await visitor.send(
            FORM, (b"\xff\xd8\xff",), **GOOD, **{"c.amount": "12,50", "message": "Merhaba"}
        )
        assert (visitor.status, "Teşekkür" in text) == (200, True)
    [item] = await visitor.items()
    assert (item["medium"], item["sender_norm"], item["team"]) == (
        "web",
        "ali@example.com",
        "billing",
    )
    assert item["form"]["values"] == {"invoice_no": "1234567890", "amount": 1250}
    assert item["form"]["language"] == "tr"
    [file] = await visitor.pool.rows("attachment")
    assert (file["filename"], file["owner_kind"]) == ("a.jpg", "intake")


async def test_every_mistake_is_shown_with_what_was_written(visitor: Visitor) -> None:
    await visitor.get(FORM)
    text = await visitor.send(
        FORM, name="<b>", phone="12", **{"c.invoice_no": "1", "c.amount": "x", "c.how": "owl"}
    )
    assert visitor.status == 422
    assert "&lt;b&gt;" in text
    for words in ("Basamak sayısı", "Bu değer geçerli değil", "Listeden seçin"):
        assert words in text
    assert await visitor.items() == []
    await visitor.send(FORM, **GOOD)
    assert visitor.status == 200


async def test_a_form_of_another_page_or_browser_or_day_is_shown_again(visitor: Visitor) -> None:
    await visitor.get("/form/C-1")
    text = await visitor.send(FORM, **GOOD)
    assert (visitor.status, "yeniden gönderin" in text) == (422, True)
    await visitor.get(FORM)
    cookie, visitor.cookie = visitor.cookie, ""
    await visitor.send(FORM, **GOOD)
    assert visitor.status == 422
    visitor.cookie = cookie
    await visitor.get(FORM)
    await visitor.clock.advance(4 * 3600 + 1)
    await visitor.send(FORM, **GOOD)
    assert visitor.status == 422
    assert await visitor.items() == []


async def test_another_site_sends_nothing(visitor: Visitor) -> None:
    await visitor.get(FORM)
    visitor.more["Sec-Fetch-Site"] = "cross-site"
    await visitor.send(FORM, **GOOD)
    assert (visitor.status, await visitor.items()) == (403, [])


async def test_what_only_machines_fill_in_is_thanked_and_dropped(visitor: Visitor) -> None:
    await visitor.get(FORM)
    text = await visitor.send(FORM, website="http://spam.example", **GOOD)
    assert (visitor.status, "Teşekkür" in text) == (200, True)
    assert await visitor.items() == []


async def test_an_address_sends_five_forms_an_hour(visitor: Visitor) -> None:
    for turn in range(PER_HOUR + 1):
        await visitor.get(FORM)
        await visitor.send(FORM, **GOOD)
        assert visitor.status == (200 if turn < PER_HOUR else 429)
    assert visitor.headers["Retry-After"] == "3600"
    visitor.more["X-Source"] = "elsewhere"
    await visitor.get(FORM)
    await visitor.send(FORM, **GOOD)
    assert visitor.status == 200
    assert len(await visitor.items()) == PER_HOUR + 1


async def test_an_address_that_keeps_trying_is_stopped(visitor: Visitor) -> None:
    await visitor.get(FORM)
    for _ in range(41):
        visitor.token = "x"  # noqa: S105 - of nobody
        await visitor.send(FORM)
    assert visitor.status == 429


async def test_who_wants_to_be_called_hears_his_number(visitor: Visitor) -> None:
    await visitor.get("/form/C-1?lang=en")
    text = await visitor.send("/form/C-1?lang=en", phone="0532 111 22 33", callback="yes")
    assert (visitor.status, "260 042 174" in text) == (200, True)
    [(item, number, language)] = visitor.called
    assert (number, language) == ("+905321112233", "en")
    assert (await visitor.items())[0]["public_id"] == item


async def test_too_much_is_refused_in_words(visitor: Visitor) -> None:
    await visitor.get(FORM)
    text = await visitor.send(FORM, (b"x",) * 6, **GOOD)
    assert (visitor.status, "çok büyük" in text) == (413, True)
    assert await visitor.items() == []


async def test_a_file_that_is_not_what_it_says_is_shown_beside_what_was_written(
    visitor: Visitor,
) -> None:
    await visitor.get(FORM)
    text = await visitor.send(FORM, (b"\xff\xd8\xff", b"MZ\x90"), **GOOD, message="Merhaba")
    assert (visitor.status, "Bu tür dosya" in text, "Merhaba" in text) == (422, True, True)
    assert await visitor.items() == []
    assert visitor.kept() == []
    await visitor.send(FORM, (b"\xff\xd8\xff",), **GOOD, message="Merhaba")
    assert len(visitor.kept()) == 1


async def test_files_of_a_form_that_is_not_taken_are_destroyed(visitor: Visitor) -> None:
    await visitor.get(FORM)
    visitor.token = visitor.token[::-1]
    await visitor.send(FORM, (b"\xff\xd8\xff",), **GOOD)
    assert (visitor.status, visitor.kept()) == (422, [])
