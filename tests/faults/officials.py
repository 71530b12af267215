"""Officials at their screens, over HTTP, and a notebook of what they were told."""

from __future__ import annotations

import html
import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import requests

from vamco.demo.people import PASSWORD
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_FORM: Final = re.compile(r'<form method="post" action="([^"]*\?act=([a-z_]+))"[^>]*>(.*?)</form>', re.DOTALL)
_FIELD: Final = re.compile(r"<(?:input|textarea|select)\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r'\b([a-z]+)="([^"]*)"')
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_PATIENCE: Final = 120.0  # seconds for one answer
EVIDENCE: Final = made.pdf("báo cáo".encode())


@dataclass
class Attempt:
    """One act that an official wanted: how often it was sent, and what came back."""

    token: str
    act: str
    where: str
    by: str
    sent: int = 0
    unanswered: int = 0
    told: bool = False
    refused: int = 0
    """The status of a refusal, 0 for none."""


@dataclass
class Notebook:
    """What all officials together were told; threads share it."""

    attempts: list[Attempt] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)
    """Answers that nobody should ever get, such as a 500."""
    in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, act: str, where: str, by: str) -> Attempt:
        with self.lock:
            attempt = Attempt(f"viec-{len(self.attempts):05d}", act, where, by)
            self.attempts.append(attempt)
        return attempt

    def count(self, status: int, where: str, text: str) -> None:
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status not in {200, 302, 409, 422, 503}:
                words = re.sub(r"(<[^>]+>|\s)+", " ", text)
                self.odd.append(f"{status} {where}: {words[:300]}")


class Official:
    """A log-in with its cookies. An answer is None when none came: nobody listened, or they died meanwhile."""

    def __init__(self, address: Callable[[], str], username: str, notebook: Notebook) -> None:
        self.username, self.notebook = username, notebook
        self.location = ""
        self._address = address
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, method: str, path: str, **how: Any) -> requests.Response | None:
        """Send one request; what it met is noted."""
        try:
            answer = self.session.request(
                method, self._address() + path.lstrip("/"), timeout=_PATIENCE, allow_redirects=False, **how
            )
        except requests.RequestException:
            return None
        self.notebook.count(answer.status_code, f"{method} {path}", answer.text)
        return answer

    def log_in(self) -> bool:
        """Log in; False when it did not work just now."""
        page = self.ask("GET", "log-in")
        token = _TOKEN.search(page.text) if page is not None else None
        if token is None:
            return page is not None and page.status_code == 302
        form = {"username": self.username, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        answer = self.ask("POST", "log-in", data=form)
        return answer is not None and answer.status_code == 302

    def read(self, path: str, stopped: threading.Event) -> str | None:
        """Give a page, waiting for as long as the site is away; None when it is refused or we are to stop."""
        while not stopped.is_set():
            answer = self.ask("GET", path)
            if answer is None or answer.status_code == 503:
                time.sleep(0.1)
            elif answer.status_code == 302:
                if not self.log_in():
                    time.sleep(0.1)
            else:
                return answer.text if answer.status_code == 200 else None
        return None

    def do(self, path: str, act: str, stopped: threading.Event, rng: Random, **fields: str) -> Attempt | None:
        """Do an act as the page offers it, however often it takes; None when the page does not offer it."""
        attempt: Attempt | None = None
        form: dict[str, str] | None = None
        action = ""
        while not stopped.is_set():
            if form is None:
                page = self.read(f"{path}?act={act}", stopped)
                if page is None:
                    return attempt
                if attempt is not None and attempt.token in page:
                    return attempt  # the answer got lost, the act did not
                action, form = offered(page, act)
                if form is None:
                    return attempt
                attempt = attempt or self.notebook.begin(act, path, self.username)
                form |= {name: value.replace("{token}", attempt.token) for name, value in fields.items()}
            assert attempt is not None
            answer = self._send(attempt, action, form)
            if answer is not None and answer.status_code != 503:
                self._note(attempt, answer)
                return attempt
            time.sleep(0.1)
            if rng.random() < 0.5:  # half of the people look first, the others press the button again
                form = None
        return attempt

    def _send(self, attempt: Attempt, action: str, form: dict[str, str]) -> requests.Response | None:
        files = {"evidence": ("báo cáo.pdf", EVIDENCE, "application/pdf")} if attempt.act == "report" else None
        with self.notebook.lock:
            attempt.sent += 1
            self.notebook.in_flight += 1
        answer = self.ask("POST", action, data=form, files=files)
        with self.notebook.lock:
            self.notebook.in_flight -= 1
            if answer is None or answer.status_code == 503:
                attempt.unanswered += 1
        return answer

    def _note(self, attempt: Attempt, answer: requests.Response) -> None:
        attempt.told = answer.status_code == 302 and "/log-in" not in answer.headers["Location"]
        attempt.refused = 0 if attempt.told else answer.status_code
        self.location = answer.headers.get("Location", "")


def offered(page: str, act: str) -> tuple[str, dict[str, str] | None]:
    """Give the address and the fields of the form for an act, as the page fills them in; None when it has none."""
    for action, code, body in _FORM.findall(page):
        if code == act:
            fields = {}
            for tag in _FIELD.findall(body):
                told = dict(_ATTRIBUTE.findall(tag))
                if told.get("type") != "file" and "name" in told:
                    fields[told["name"]] = html.unescape(told.get("value", ""))
            return html.unescape(action), fields
    return "", None
