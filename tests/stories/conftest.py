"""A province that lives in this test: departments, hub, worker, and its own past."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.truth.province import Truth
from vamco.demo import build, log_ins
from vamco.demo.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PACK = Path(__file__).parents[2] / "packs" / "tayninh"
TODAY = dt.date(2026, 11, 22)
SOURCES = ("kho-bac", "tai-chinh", "cong-an", "mot-cua")


@dataclass
class Province:
    """The departments' folder and service, and what the platform's own clockwork would do by itself."""

    folder: Path
    address: str
    token: str
    settings: Any

    def post(self, path: str, content: object = None) -> Any:
        """Tells the Treasury's service something."""
        request = urllib.request.Request(
            self.address + path,
            method="POST",
            data=json.dumps(content or {}).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)

    def tomorrow(self) -> None:
        """A day passes, in the departments and on the platform's clock."""
        self.post("/control/tomorrow?days=1")
        self.settings.VAMCO_TODAY += dt.timedelta(days=1)

    def collect(self) -> list[Any]:
        """Collects from every source and works off all that follows."""
        with ThreadPoolExecutor(1) as pool:  # a browser's loop may be running in this thread
            return pool.submit(_collect).result()

    def truth(self) -> Truth:
        """What every number must be, from the departments' files as they are now."""
        demo = build.Demo.open(self.folder)
        return Truth(demo.treasury, demo.shared, PACK, self.settings.VAMCO_TODAY)


@pytest.fixture
def province(fresh_db: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Province]:
    settings.VAMCO_TODAY = TODAY
    settings.VAMCO_DEMO = True
    folder = tmp_path / "departments"
    demo = build.build(folder, pack=PACK, today=TODAY)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_urlsafe(16)
    monkeypatch.setenv("VAMCO_TREASURY_TOKEN", token)
    monkeypatch.setenv("VAMCO_TREASURY_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("VAMCO_SHARED_FOLDER", str(demo.shared))
    service = subprocess.Popen(
        [sys.executable, "-m", "vamco.demo.department", "--folder", str(folder), "--port", str(port)],
        env={**os.environ},
        stdout=subprocess.DEVNULL,
    )
    try:
        _await(f"http://127.0.0.1:{port}/health")
        log_ins.open_all()
        yield Province(folder, f"http://127.0.0.1:{port}", token, settings)
    finally:
        service.terminate()
        service.wait()


class Reader:
    """Somebody at a screen."""

    def __init__(self, page: Page, site: str, username: str) -> None:
        self.page = page
        self.site = site
        self.said: list[str] = []  # what the browser complained of
        page.on(
            "console", lambda message: self.said.append(message.text) if message.type in {"error", "warning"} else None
        )
        self.open("/log-in")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("main form:has(#username) button")
        self.page.wait_for_url(lambda url: "/log-in" not in url)

    def open(self, path: str) -> Page:
        """Goes to an address of the site."""
        self.page.goto(self.site + path)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def press(self, name: str) -> None:
        """Presses a button of the page's own form."""
        self.page.locator("main form").get_by_role("button", name=name).click()


SignIn = Callable[..., Reader]


@pytest.fixture
def sign_in(site: str, browser: Browser) -> Iterator[SignIn]:
    """Gives a log-in its own browser profile."""
    contexts = []

    def sign(
        username: str, *, language: str = "vi", theme: str = "light", width: int = 1440, height: int = 900
    ) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": "vamco_language", "value": language, "url": site}])
        return Reader(context.new_page(), site, username)

    yield sign
    for context in contexts:
        context.close()


def _collect() -> list[Any]:
    from django.db import connections

    from vamco.kernel.base.jobs.services import worker
    from vamco.systems.hub import public as hub

    try:
        collected = [hub.collect(source) for source in SOURCES]
        assert [one.failures for one in collected] == [{}] * len(SOURCES)
        worker.run(alone=True, wait=False)
        return [run for one in collected for run in one.runs]
    finally:
        connections.close_all()


def _await(address: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
