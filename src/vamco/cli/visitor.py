"""Somebody who reads the site over HTTP: opens pages, follows links, fills in forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urljoin, urlsplit

from vamco.cli import markup

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    import requests

    from vamco.cli.markup import Element

_PATIENCE: Final = 20.0  # seconds for one page
_HTML: Final = "text/html"
_FOUND: Final = "302"
_SHOWN: Final = re.compile(r"data-demonstration-code>(\d+)<")


@dataclass(frozen=True)
class Page:
    """An answer. `status`: the number, or the name of what went wrong. `path`: where we are in the end."""

    path: str
    status: str
    main: Element
    text: str = ""
    body: bytes = b""

    @property
    def fine(self) -> bool:
        """Tell whether it is what was asked for."""
        return self.status.startswith(("2", "3"))

    def form(self, action: str) -> Element | None:
        """Give the first form whose action holds these words."""
        return self.main.first("form", action=action)


class Visitor:
    """A log-in's session; use it in a `with`."""

    def __init__(self, address: str, username: str) -> None:
        """Prepare a session at the site `address`; nothing is asked yet."""
        import requests

        self.username = username
        self._address = address
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy has nothing to do with our own machine
        self._session.headers["Accept-Language"] = "vi"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def log_in(self, password: str) -> Page:
        """Log in; the answer's status is 302 when it is let in."""
        form = self.open("/log-in").main.first("form", action="/log-in")
        if form is None:
            return Page("/log-in", "without a form", markup.read(""))
        sent = {**form.fields(), "username": self.username, "password": password}
        answer = self._ask("POST", "/log-in", data=sent, allow_redirects=False)
        asked = self.open("/log-in/code") if answer.status == _FOUND else answer
        form, shown = asked.form("/log-in/code"), _SHOWN.search(asked.text)
        if form is None or shown is None:
            return answer
        return self._ask("POST", "/log-in/code", data={**form.fields(), "code": shown[1]}, allow_redirects=False)

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        return self._ask("GET", path)

    def send(
        self, page: Page, action: str, filled: Mapping[str, str], files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> Page:
        """Send a form of a page, found by its action, with some fields filled in; the answer is where that leads."""
        form = page.form(action)
        if form is None:
            return Page(page.path, "without a form", markup.read(""))
        path = urljoin(page.path, form.attributes.get("action", ""))
        return self._ask("POST", path, data={**form.fields(), **filled}, files=files)

    def _ask(self, method: str, path: str, **content: object) -> Page:
        import requests

        try:
            answer: requests.Response = self._session.request(
                method,
                urljoin(self._address, path),
                timeout=_PATIENCE,
                **content,  # type: ignore[arg-type]  # the caller's data, files and allow_redirects
            )
        except requests.RequestException as error:
            return Page(path, type(error).__name__, markup.read(""))
        text = answer.text if answer.headers.get("Content-Type", "").startswith(_HTML) else ""
        whole = markup.read(text)
        split = urlsplit(answer.url)
        there = f"{split.path}?{split.query}" if split.query else split.path
        return Page(there, str(answer.status_code), whole.first("main") or whole, text, answer.content)
