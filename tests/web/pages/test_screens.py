"""Pictures of every page, light and dark, wide and narrow, in both languages: a person looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.fake_server import AGENT, OVERSEER, call, from_now, offer, pop, queue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.pages.fake_server import FakeServer

SIZES = {"wide": (1366, 768), "narrow": (390, 844)}
LOOKS = [
    (size, scheme, language)
    for size, scheme, language in (
        ("wide", "light", "tr"), ("wide", "dark", "en"), ("narrow", "light", "en"),
        ("narrow", "dark", "tr"),
    )
]  # fmt: skip


def ringing(server: FakeServer) -> None:
    server.knows |= {"offers": [offer()], "pops": [pop()]}
    server.knows["me"] |= {"state": "ringing", "next": "break", "next_reason": "lunch"}


def talking(server: FakeServer) -> None:
    server.knows |= {"call": call(muted=True), "pops": [chooser(), pop(pop_id="p-4", closed=True)]}
    server.knows["me"] |= {"state": "talking", "call": "c-77"}


def consulting(server: FakeServer) -> None:
    consult = {"address": "agent:mehmet", "label": "Mehmet Öz", "state": "talking"}
    can = ["complete", "merge", "cancel", "hangup"]
    server.knows |= {"call": call(state="consulting", consult=consult, can=can), "pops": [pop()]}
    server.knows["me"] |= {"state": "consulting", "call": "c-77"}


def wrapup(server: FakeServer) -> None:
    wrap = {
        "mode": "skippable", "code_mandatory": True, "deadline": from_now(41), "may_end": True,
    }  # fmt: skip
    server.knows["pops"] = [pop(closed=True)]
    server.knows["me"] |= {"state": "wrapup", "wrapup": wrap, "call": "c-77"}


def board(server: FakeServer) -> None:
    server.me |= {"roles": ["supervisor"], "rights": OVERSEER}
    states = ["talking", "available", "break", "wrapup", "not_responding", "holding", "offline"]
    names = ["Ayşe Kaya", "Mehmet Öz", "İpek Şahin", "Çağla Ünlü", "Oğuz Işık", "Deniz Ak", "Ece"]
    server.knows["agents"] = [
        AGENT | {"agent": f"a{i}", "display": name, "state": state, "number": i + 1,
                 "call": "c-1" if state in {"talking", "holding"} else None,
                 "reason": "lunch" if state == "break" else ""}
        for i, (name, state) in enumerate(zip(names, states, strict=True))
    ]  # fmt: skip
    server.knows["queues"] = [
        queue(), queue("loans", title="Krediler ve ipotekli konut finansmanı", oldest_s=95),
        queue("night", waiting=0, service_level={"variant": "F3", "num": 0, "den": 0},
              agents={}, estimate_min=None, coverage=None),
    ]  # fmt: skip


def transferring(server: FakeServer) -> None:
    board(server)
    server.knows["call"] = call()
    server.knows["me"] |= {"state": "talking", "call": "c-77"}


def chooser() -> dict[str, Any]:
    records = [
        {"kind": "customer", "id": f"C-{i}", "evidence": "", "by": "ani", "fields": {"name": name}}
        for i, name in enumerate(("Ali Veli", "<b>Fatma</b> & Oğulları"))
    ]
    match = {"level": 2, "rule": "ani", "result": "many", "records": [], "suggest": records}
    return pop(pop_id="p-6", match=match, priority="normal", crm="late", at=from_now(1))


LINK = {
    "purpose": "setup", "person": "", "roles": ["admin"], "second_factor": "needed",
    "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "otpauth": "otpauth://totp/IVR:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=IVR",
}  # fmt: skip
CASES = {
    "desk-ring": ("/desk", ringing, ".ring"),
    "desk-talk": ("/desk", talking, ".talk"),
    "desk-consult": ("/desk", consulting, ".consult"),
    "desk-wrapup": ("/desk", wrapup, '[data-act="finish"]'),
    "desk-transfer": ("/desk", transferring, "dialog .found li"),
    "wallboard": ("/wallboard", board, ".queues"),
    "wallboard-reason": ("/wallboard", board, "dialog form"),
}


CLICKS = {
    "desk-transfer": ('[data-act="transfer"]',),
    "wallboard-reason": ('[data-agent="a0"] [data-act="whisper"]',),
}


@pytest.mark.parametrize("case", CASES)
async def test_pages_look_right(
    browse: Callable[..., Any], server: FakeServer, screens: Path, case: str
) -> None:
    path, prepare, ready = CASES[case]
    prepare(server)
    for size, scheme, language in LOOKS:
        server.me["language"] = language
        width, height = SIZES[size]
        view = {"width": width, "height": height}
        async with browse(path, viewport=view, color_scheme=scheme) as page:
            for click in CLICKS.get(case, ()):
                await page.click(click)
            await page.wait_for_selector(ready)
            await page.screenshot(path=screens / f"{case}-{size}-{scheme}-{language}.png")
            overflow = "document.documentElement.scrollWidth > innerWidth"
            assert not await page.evaluate(overflow), f"{case} {size} is wider than the screen"


@pytest.mark.parametrize("case", ["desk-talk", "desk-ring", "wallboard"])
async def test_small_screens_and_fingers_are_served(
    browse: Callable[..., Any], server: FakeServer, case: str
) -> None:
    path, prepare, ready = CASES[case]
    prepare(server)
    async with browse(path, viewport={"width": 320, "height": 640}) as page:
        await page.wait_for_selector(ready)
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        heights = "[...document.querySelectorAll('button.call')].map(b => b.offsetHeight)"
        assert all(height >= 44 for height in await page.evaluate(heights))
        sizes = "[...document.querySelectorAll('button')].map(b => [b.offsetWidth, b.offsetHeight])"
        assert all(min(size) >= 24 for size in await page.evaluate(sizes))


@pytest.mark.parametrize("name", ["login", "setup"])
async def test_doors_look_right(
    browse: Callable[..., Any], server: FakeServer, screens: Path, name: str
) -> None:
    server.answers["/setup"] = (200, LINK)
    for size, scheme, locale in (("wide", "light", "tr-TR"), ("narrow", "dark", "en-GB")):
        width, height = SIZES[size]
        options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
        async with browse(f"/{name}?t=abc", signed_in=False, locale=locale, **options) as page:
            await page.wait_for_selector("form")
            await page.screenshot(path=screens / f"{name}-{size}-{scheme}-{locale[:2]}.png")
