"""What every public page does first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.errors import StoreError

if TYPE_CHECKING:
    import pytest

    from tests.web.help.conftest import Visitor


async def test_a_page_speaks_as_it_is_asked_to(visitor: Visitor) -> None:
    assert "Yardım" in await visitor.get("/help")
    assert "Write to us" in await visitor.get("/help?lang=en")
    assert "Bize yazın" in await visitor.get("/help?lang=de")
    visitor.more["Accept-Language"] = "en-GB,en;q=0.8"
    assert "Write to us" in await visitor.get("/help")


async def test_a_database_that_is_away_is_told_in_words(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_args: object, **_more: object) -> None:
        raise StoreError("away", retryable=True)

    await visitor.get("/form/C-1")
    monkeypatch.setattr(visitor.pool.intake, "known", away)
    text = await visitor.send("/form/C-1", email="a@example.com", message="x")
    assert (visitor.status, "Şu anda" in text) == (503, True)
