"""The site in this process, on a database of the test's own, and a real browser to read it with."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE_MS = 60_000  # the end of each wait for a condition; a machine under load needs a good part of it
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread that sets data up


@pytest.fixture(scope="session", autouse=True)
def _patient_expectations() -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is missing: apt-get install chromium")
    args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": args}


class Quiet(WSGIRequestHandler):
    """Answers without a line in the log for each."""

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site(fresh_db: str) -> Iterator[str]:
    """The address of the site, served by threads of this process."""
    cache.clear()
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = False  # so that closing waits for the last answer
    server.set_app(WSGIHandler())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
    cache.clear()


@pytest.fixture
def reader(site: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Give a page of the site as a reader with these habits sees it; a word in the console fails the test, unless `faulty`."""
    said: list[str] = []
    contexts = []

    def read(
        path: str,
        *,
        language: str = "vi",
        theme: str = "light",
        width: int = 1440,
        height: int = 900,
        ok: int = 200,
        faulty: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        context.add_cookies([{"name": "vamco_language", "value": language, "url": site}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        loud = set() if faulty else {"error", "warning"}
        page.on("console", lambda message: said.append(message.text) if message.type in loud else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status == ok, f"{path}: {answer.status}"
        page.wait_for_selector("html[data-ready]")
        page.evaluate("document.fonts.ready")
        return page

    yield read
    for context in contexts:
        context.close()
    assert [
        words
        for words in said
        if not words.startswith(
            (
                "Failed to load resource: the server responded with a status of 4",
                "Failed to load resource: the server responded with a status of 5",
            )
        )
    ] == []
