"""A headless Chromium, driven over its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
)  # fmt: skip


class Page:
    """A page that is open."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._count = 0
        self.complaints: list[str] = []

    async def send(self, method: str, **params: object) -> dict[str, object]:
        """One command, and its answer. What the page complains of meanwhile is kept."""
        self._count += 1
        await self._socket.send_json({"id": self._count, "method": method, "params": params})
        while True:
            told = json.loads((await self._socket.receive(timeout=20)).data)
            match told:
                case {"id": self._count}:
                    assert "error" not in told, told
                    return dict(told["result"])
                case {"method": "Runtime.exceptionThrown" | "Log.entryAdded", "params": what}:
                    self.complaints.append(json.dumps(what))
                case _:
                    pass

    async def open(self, address: str) -> None:
        """Go there and wait until it is loaded."""
        await self.send("Page.navigate", url=address)
        await self.until("document.readyState === 'complete'")

    async def run(self, script: str) -> object:
        """What a script comes to."""
        answer = await self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return dict(answer["result"]).get("value")  # type: ignore[call-overload]

    async def until(self, condition: str, seconds: float = 15) -> None:
        """Wait until it holds."""
        for _ in range(int(seconds * 20)):
            with contextlib.suppress(AssertionError):
                if await self.run(condition):
                    return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{condition} never held: {await self.run('document.body.innerText')}")

    async def type(self, text: str) -> None:
        """Type, as on a keyboard."""
        await self.send("Input.insertText", text=text)

    async def press(self, key: str) -> None:
        """Press a key and let it go."""
        code = {"Enter": 13, "Tab": 9}.get(key, ord(key[0].upper()))
        text = {"Enter": "\r", "Tab": ""}.get(key, key)
        down = {"type": "keyDown", "key": key, "windowsVirtualKeyCode": code, "text": text}
        await self.send("Input.dispatchKeyEvent", **down)
        await self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def resize(self, width: int, height: int) -> None:
        """Be a screen of this size."""
        await self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def look(self, scheme: str) -> None:
        """Be a screen whose owner prefers it dark, or light."""
        preferred = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.send("Emulation.setEmulatedMedia", features=preferred)

    async def picture(self, file: Path) -> None:
        """What is seen."""
        shot = await self.send("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(str(shot["data"])))


@contextlib.asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """An empty page in a browser of its own, which is ended afterwards."""
    assert CHROMIUM
    options = [*OPTIONS, f"--user-data-dir={folder}"]
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, *options, "about:blank", stderr=asyncio.subprocess.DEVNULL
    )
    try:
        port = folder / "DevToolsActivePort"
        for _ in range(400):
            if port.exists() and port.read_text().strip():
                break
            await asyncio.sleep(0.05)
        at = f"http://127.0.0.1:{port.read_text().split()[0]}/json"
        async with aiohttp.ClientSession() as http:
            async with http.get(at) as answer:
                target = next(t for t in await answer.json() if t["type"] == "page")
            async with http.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                for domain in ("Page", "Runtime", "Log"):
                    await page.send(f"{domain}.enable")
                yield page
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 10)
