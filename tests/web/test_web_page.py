"""The page, in a real browser: a story from its beginning to its epilogue, by keyboard alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from browser import CHROMIUM, Page, browser
from serving import Corrected, host, served

from pocket_portals.saves.access import FileAccess
from pocket_portals.saves.files import FileStore
from pocket_portals.web.site import Host

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

IDLE = "!document.querySelector('#story').ariaBusy || document.querySelector('#story').ariaBusy === 'false'"
TOLD = "[...document.querySelectorAll('.turn')].map(turn => turn.innerText.split(/\\s+/).join(' '))"
ENDED = "document.querySelector('#the-end') !== null"


async def begin(page: Page, address: str, length: str = "short") -> None:
    await page.open(address)
    await page.until("document.querySelector('#world').options.length >= 3")
    await page.run(f"document.querySelector('#length').value = '{length}'")
    await page.type("Mira")  # the name's field has the focus
    await page.press("Enter")
    await page.until("document.querySelectorAll('.turn').length === 1")


async def act(page: Page, words: str) -> None:
    turns = await page.run("document.querySelectorAll('.turn').length")
    await page.run("document.querySelector('#deed').focus()")
    await page.type(words)
    await page.press("Enter")
    await page.until(f"document.querySelectorAll('.turn').length > {turns} && ({IDLE})")


async def pictured(page: Page, name: str) -> None:
    """A picture to look at, where a folder for them is named."""
    if folder := os.environ.get("PICTURES"):
        for look in ("dark", "light"):
            await page.look(look)
            await page.picture(Path(folder) / f"{name}-{look}.png")


async def test_a_story_is_played_to_its_epilogue_by_keyboard_alone(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser") as page:
        await page.resize(1100, 900)
        await begin(page, address)
        await pictured(page, "begun")
        await act(page, "skip")
        for turn in range(90):
            if await page.run(ENDED):
                break
            await act(page, str(turn % 3 + 1))
            if turn == 4:
                await pictured(page, "played")
        assert await page.run(ENDED)
        assert await page.run("document.querySelector('#acting').hidden")
        told = await page.run(TOLD)
        await page.open(address)
        await page.until(ENDED)
        assert await page.run(TOLD) == told  # as it was streamed, so it was recorded
        await pictured(page, "ended")
        assert page.complaints == []


async def test_a_page_that_is_loaded_again_goes_on_where_it_was(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser") as page:
        await begin(page, address)
        await act(page, "skip")
        await act(page, "1")
        before = await page.run("document.querySelector('#story').innerText")
        await page.open(address)
        await page.until("document.querySelectorAll('.turn').length === 3")
        after = await page.run("document.querySelector('#story').innerText")
        assert str(before).split()[:60] == str(after).split()[:60]
        assert await page.run("document.querySelectorAll('#choices button').length > 1")


async def test_a_digit_takes_a_choice_and_taking_back_returns_to_it(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser") as page:
        await begin(page, address)
        await act(page, "skip")
        choices = await page.run("document.querySelector('#choices').innerText")
        await page.run("document.activeElement.blur()")
        await page.press("1")
        await page.until(f"document.querySelectorAll('.turn').length === 3 && ({IDLE})")
        await page.run("document.querySelector('#undo').click()")
        await page.until(f"document.querySelectorAll('.turn').length === 4 && ({IDLE})")
        assert await page.run("document.querySelector('#choices').innerText") == choices


async def test_hostile_words_stay_words(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser") as page:
        await begin(page, address)
        await act(page, "<img src=x onerror=document.title='taken'><b>bold</b>")
        assert await page.run("document.querySelectorAll('#story img, #story b').length") == 0
        assert await page.run("document.title") == "Pocket Portals"


async def test_another_reads_along(address: str, place: Host, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser") as page:
        await begin(page, address)
        await act(page, "skip")
        await page.run("document.querySelector('#share').click()")
        await page.until("document.querySelector('#told').textContent.includes('#watch=')")
        link = str(await page.run("document.querySelector('#told').textContent.match(/http\\S+/)[0]"))
        async with browser(tmp_path / "other") as other:
            await other.open(link)
            await other.until("document.querySelectorAll('.turn').length === 2")
            assert await other.run("document.querySelector('#acting').hidden")
            await act(page, "1")
            await other.until("document.querySelectorAll('.turn').length === 3")
            theirs = str(await other.run("document.querySelector('#turn-2').innerText"))
            ours = str(await page.run("document.querySelector('#turn-2').innerText"))
            assert theirs.split()[-30:] == ours.split()[-30:]


async def test_words_that_are_taken_back_leave_the_page(tmp_path: Path) -> None:
    with served(host(FileStore(tmp_path), FileAccess(tmp_path), teller=Corrected())) as address:
        async with browser(tmp_path / "browser") as page:
            await begin(page, address)
            await act(page, "skip")
            told = await page.run(TOLD)
            assert "never were" not in str(told)
            await page.open(address)
            await page.until("document.querySelectorAll('.turn').length === 2")
            assert await page.run(TOLD) == told


async def test_it_fits_a_phone_and_every_control_has_a_name(address: str, tmp_path: Path) -> None:
    async with browser(tmp_path / "browser") as page:
        await page.resize(360, 740)
        await begin(page, address)
        await act(page, "skip")
        await pictured(page, "phone")
        assert await page.run("document.documentElement.scrollWidth <= 360")
        nameless = await page.run(
            "[...document.querySelectorAll('button, input, select')].filter(e => e.offsetParent && "
            "!e.innerText?.trim() && !e.labels?.length && !e.ariaLabel).map(e => e.outerHTML)"
        )
        assert nameless == []
        small = await page.run(
            "[...document.querySelectorAll('button, input')].filter(e => e.offsetParent && "
            "e.getBoundingClientRect().height < 40).length"
        )
        assert small == 0
