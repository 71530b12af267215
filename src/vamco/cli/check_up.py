"""`vamco up --check`: starts everything in a temporary folder, walks the main line and every page, and says what it found.

One line of JSON: `{"ok", "seconds": {step: s}, "pages", "findings": [..]}`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import VamcoError
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.cli.province import Province

_LINK: Final = re.compile(r'\bhref="(/(?!/)[^"#]*)')
_SKIPPED: Final = ("/static/", "/log-out")
_ALIKE: Final = 2  # pages of one kind for each log-in: a province has tens of thousands of values, each with its page
# The demonstration's disbursement lies well behind its path in these days: without an alarm there is no main line.
_BEHIND: Final = (dt.date(2026, 10, 15), dt.date(2026, 12, 31))
_DAY: Final = dt.date(2026, 11, 22)


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
    from vamco.cli import main_line
    from vamco.cli import province as running

    begun = time.monotonic()
    with ExitStack() as stack:
        province = running.start(stack, data=folder, port=0, today=_day(dt.datetime.now(HCM).date()))
        province.seconds["first_page"] = round(time.monotonic() - begun, 3)
        if not running.fill(province, quiet=True):
            return {"ok": False, "seconds": province.seconds, "pages": 0, "findings": ["nothing was collected"]}
        findings = main_line.walk(province)
        begun = time.monotonic()
        found = list(_walk(province))
        province.seconds["pages"] = round(time.monotonic() - begun, 3)
        begun = time.monotonic()
    province.seconds["stop"] = round(time.monotonic() - begun, 3)
    findings += [f"{who} {path}: {status}" for who, path, status in found if not status.startswith(("2", "3"))]
    ok = bool(found) and not findings
    return {"ok": ok, "seconds": province.seconds, "pages": len(found), "findings": findings}


def _day(today: dt.date) -> dt.date:
    """Give the day that the province lives on: today when the demonstration has a main line then, else one that has."""
    return today if _BEHIND[0] <= today <= _BEHIND[1] else _DAY


def _walk(province: Province) -> Iterator[tuple[str, str, str]]:
    """Give log-in, path and status (or what went wrong) of each page that links lead to, from the home page on."""
    from vamco.cli.visitor import Visitor
    from vamco.demo import layer
    from vamco.demo.people import PASSWORD

    for person in layer.log_ins(Path(province.environment["VAMCO_PACK"])):
        with Visitor(province.address, person.username) as visitor:
            yield person.username, "/log-in", visitor.log_in(PASSWORD).status
            todo, seen, kinds = ["/"], {"/"}, Counter[str]()
            while todo:
                path = todo.pop(0)
                kinds[_kind(path)] += 1
                if kinds[_kind(path)] > _ALIKE:
                    continue
                page = visitor.open(path)
                yield person.username, path, page.status
                for link in (found.replace("&amp;", "&") for found in _LINK.findall(page.text)):
                    if link not in seen and not link.startswith(_SKIPPED):
                        seen.add(link)
                        todo.append(link)


def _kind(path: str) -> str:
    """Give what pages have in common that differ in numbers or in what is asked of them only."""
    return re.sub(r"\d+", "0", re.sub(r"=[^&]*", "", path))
