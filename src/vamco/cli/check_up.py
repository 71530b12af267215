"""`vamco up --check`: starts everything in a temporary folder, walks every page as everybody, and says what it found.

One line of JSON: `{"ok", "seconds": {step: s}, "pages", "findings": [..]}`.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import VamcoError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from vamco.cli.province import Province

_LINK: Final = re.compile(r'\bhref="(/(?!/)[^"#]*)')
_SKIPPED: Final = ("/static/", "/log-out")
_MOST_PAGES: Final = 150  # for each log-in
_PATIENCE: Final = 20.0  # seconds for one page


def main() -> int:
    """Check; gives 0 only when all held."""
    report: dict[str, object] = {"ok": False, "seconds": {}, "pages": 0, "findings": []}
    with tempfile.TemporaryDirectory(prefix="vamco-check-") as folder, redirect_stdout(sys.stderr):
        try:
            report = _report(Path(folder))
        except VamcoError as error:
            report["findings"] = [f"{error.code}: {error}"]
    print(json.dumps(report, ensure_ascii=False), flush=True)
    return 0 if report["ok"] else 1


def _report(folder: Path) -> dict[str, object]:
    from vamco.cli import province as running

    begun = time.monotonic()
    with ExitStack() as stack:
        province = running.start(stack, data=folder, port=0)
        province.seconds["first_page"] = round(time.monotonic() - begun, 3)
        if not running.fill(province, quiet=True):
            return {"ok": False, "seconds": province.seconds, "pages": 0, "findings": ["nothing was collected"]}
        found = list(_walk(province))
        begun = time.monotonic()
    province.seconds["stop"] = round(time.monotonic() - begun, 3)
    bad = [f"{who} {path}: {status}" for who, path, status in found if not _fine(status)]
    return {"ok": bool(found) and not bad, "seconds": province.seconds, "pages": len(found), "findings": bad}


def _fine(status: str) -> bool:
    return status.startswith(("2", "3"))


def _walk(province: Province) -> Iterator[tuple[str, str, str]]:
    """Give log-in, path and status (or what went wrong) of each page that links lead to, from the home page on."""
    import requests

    from vamco.demo.people import PASSWORD, PEOPLE

    for person in PEOPLE:
        with requests.Session() as session:
            session.trust_env = False  # a proxy has nothing to do with our own machine
            yield person.username, "/log-in", _log_in(session, province.address, person.username, PASSWORD)
            todo, seen = ["/"], {"/"}
            while todo and len(seen) <= _MOST_PAGES:
                path = todo.pop(0)
                status, text = _get(session, province.address, path)
                yield person.username, path, status
                for link in (found.replace("&amp;", "&") for found in _LINK.findall(text)):
                    if link not in seen and not link.startswith(_SKIPPED):
                        seen.add(link)
                        todo.append(link)


def _log_in(session: requests.Session, address: str, username: str, password: str) -> str:
    status, text = _get(session, address, "/log-in")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    if token is None:
        return f"{status}, without a form"
    form = {"username": username, "password": password, "csrfmiddlewaretoken": token[1]}
    answer = session.post(f"{address}log-in", data=form, timeout=_PATIENCE, allow_redirects=False)
    return str(answer.status_code)


def _get(session: requests.Session, address: str, path: str) -> tuple[str, str]:
    import requests

    try:
        answer = session.get(f"{address.rstrip('/')}{path}", timeout=_PATIENCE)
    except requests.RequestException as error:
        return type(error).__name__, ""
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    return str(answer.status_code), answer.text if is_page else ""
