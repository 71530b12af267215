"""`vamco up --check`: what it walks, what it finds, and that it holds, on PostgreSQL 15 too."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import os
import subprocess
import sys
import threading
import urllib.request
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from vamco.cli import check_up, main_line, markup, pack_new, up
from vamco.cli import province as running
from vamco.cli.processes import Supervisor
from vamco.cli.tests.conftest import until
from vamco.cli.visitor import Visitor
from vamco.demo import disbursed_share, layer
from vamco.demo.people import PASSWORD
from vamco.lib.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


PACK = Path(__file__).parents[4] / "packs" / "tayninh"
PEOPLE = layer.log_ins(PACK)

# Reading pages

PAGE = """<main><p class="big  red">a <b>b</b><br>c &amp; d</p><ul><li>one<li>two</ul>
<form action="/x?act=go"><input type="hidden" name="seen" value="3"><input name="on" type="checkbox" value="1">
<input name="off" type="checkbox" checked value="2"><select name="who"><option value="">-<option value="H" selected>H</select>
<select name="first"><option>A</option><option>B</option></select><textarea name="note">
 kept
</textarea><input type="file" name="evidence"><button name="b" value="c">Go</button></form></main>"""


def test_elements_are_found_and_read() -> None:
    page = markup.read(PAGE)
    found = page.first("p", "red")
    assert found is not None
    assert found.words == "a bc & d"
    assert page.first("p", "re") is None
    assert page.first("form", action="act=stop") is None
    assert [element.tag for element in found.every()] == ["b", "br"]


def test_a_form_gives_what_a_browser_would_send() -> None:
    form = markup.read(PAGE).first("form", action="act=go")
    assert form is not None
    assert form.fields() == {"seen": "3", "off": "2", "who": "H", "first": "A", "note": " kept\n"}


# The check


def test_a_check_that_cannot_start_says_so_in_its_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise Unavailable("postgres.set_up", "no space left")

    monkeypatch.setattr(running, "start", fail)
    monkeypatch.setattr(up.privileges, "drop", lambda folder, *_: folder)  # this process goes on as it is
    assert up.main(["--check"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said == {"ok": False, "seconds": {}, "pages": 0, "findings": ["postgres.set_up: no space left"]}


# What is walked


class Site(http.server.BaseHTTPRequestHandler):
    """A home page with links, one of them broken; a log-in that takes one password."""

    def do_GET(self) -> None:
        pages = {
            "/": '<a href="/one?a=1&amp;b=2">1</a> <a href="/broken"> <a href="/static/x.css"> <a href="//elsewhere/">',
            "/one?a=1&b=2": '<a href="/">home</a> <a href="/values/0"> <a href="/values/1"> <a href="/values/2">',
            "/log-in": '<form action="/log-in"><input type="hidden" name="csrfmiddlewaretoken" value="t0ken"></form>',
            **{f"/values/{n}": "" for n in range(3)},
        }
        self.answer(200 if self.path in pages else 500, pages.get(self.path, ""))

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(302 if f"password={PASSWORD}" in form and "csrfmiddlewaretoken=t0ken" in form else 422, "")

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None: ...


def test_the_walk_follows_links_on_the_site_and_finds_what_is_broken(tmp_path: Path) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_address[1]}/"
            found = list(check_up._walk(running.Province(address, tmp_path, {"VAMCO_PACK": str(PACK)}, Supervisor())))
        finally:
            server.shutdown()
            thread.join()
    mine = [(path, status) for who, path, status in found if who == PEOPLE[0].username]
    assert mine == [
        ("/log-in", "302"),
        ("/", "200"),
        ("/one?a=1&b=2", "200"),
        ("/broken", "500"),
        ("/values/0", "200"),
        ("/values/1", "200"),
    ]
    assert len(found) == len(PEOPLE) * 6


def test_nobody_answers() -> None:
    with Visitor("http://127.0.0.1:9/", "lanhdao") as visitor:
        page = visitor.open("/")
    assert (page.fine, page.status, page.main.words) == (False, "ConnectionError", "")


@pytest.mark.parametrize(
    ("today", "day"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-12-31", "2026-12-31"),
        ("2027-01-01", "2026-11-22"),
        ("2026-08-01", "2026-11-22"),
    ],
)
def test_the_check_lives_on_a_day_that_has_a_main_line(today: str, day: str) -> None:
    assert check_up._day(dt.date.fromisoformat(today)).isoformat() == day


# The main line


@pytest.fixture
def filled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[running.Province]:
    """A running province whose leader has something on the red list."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    mask = os.umask(0o022)
    with ExitStack() as stack:
        stack.callback(os.umask, mask)  # `start` makes it stricter for all that follows
        province = running.start(stack, data=folder, port=0, today=dt.date(2026, 11, 22))
        assert running.fill(province, quiet=True)
        with Visitor(province.address, "lanhdao") as leader:
            leader.log_in(PASSWORD)
            until(lambda: leader.open("/board").main.first(look="red-list") is not None, within=300)
        yield province


@pytest.mark.full
def test_a_wrong_number_and_a_silent_department_are_found(
    filled: running.Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_the_treasury(filled, "/control/faults", {"every": 1, "status": 503})
    true_share = disbursed_share.share
    monkeypatch.setattr(
        disbursed_share, "share", lambda demo: replace(true_share(demo), paid=true_share(demo).paid + 1)
    )
    findings = main_line.walk(filled, patience=3)
    assert findings[0].startswith("traced: numerator: expected “18.210.228.006.295” in it, saw “")
    assert "18.210.228.006.294" in findings[0]
    assert findings[1:] == [
        "recovered: the end of the alarm: expected within 3 s, not seen",
        "recovered: not walked after this: closed, seen again",
    ]
    assert {"main: seen", "main: paid", "main: recovered"} <= set(filled.seconds)
    assert "main: closed" not in filled.seconds


def tell_the_treasury(province: running.Province, path: str, content: object) -> None:
    request = urllib.request.Request(
        province.environment["VAMCO_TREASURY_URL"] + path,
        data=json.dumps(content).encode(),
        headers={"Authorization": f"Bearer {province.environment['VAMCO_TREASURY_TOKEN']}"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("name", ["Khánh Hòa"])  # with an island commune far out at sea
def test_the_main_line_holds_on_a_province_that_was_generated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    pack = pack_new.write(name, tmp_path / "pack", PACK.parent, demonstration=True)
    for path in (tmp_path, pack):
        path.chmod(0o755)
    monkeypatch.setenv("VAMCO_PACK", str(pack))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    mask = os.umask(0o022)
    with ExitStack() as stack:
        stack.callback(os.umask, mask)
        province = running.start(stack, data=folder, port=0, today=dt.date(2026, 11, 22))
        assert running.fill(province, quiet=True)
        assert main_line.walk(province) == []


# All of it


def checked(**more: str) -> dict[str, Any]:
    """What `vamco up --check` says; it must hold."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VAMCO_", "DATABASE_"))}
    done = subprocess.run(
        [sys.executable, "-m", "vamco", "up", "--check"],
        capture_output=True,
        text=True,
        env={**kept, "PYTHONPATH": ":".join(filter(None, sys.path)), **more},
        check=False,
    )
    said = json.loads(done.stdout)
    assert (said["findings"], said["ok"], done.returncode) == ([], True, 0), done.stderr
    assert said["pages"] >= 300
    assert {"prepare", "web", "first_page", "collect", "main: seen again", "pages", "stop"} <= set(said["seconds"])
    return said


@pytest.mark.full
def test_the_check_holds() -> None:
    assert "database" in checked()["seconds"]


def test_the_check_holds_on_postgresql_15(postgresql_15: dict[str, str]) -> None:
    assert "database" not in checked(**postgresql_15)["seconds"]
    with psycopg.connect(postgresql_15["DATABASE_URL"]) as connection:
        assert connection.info.server_version // 10_000 == 15
        assert connection.execute(
            "SELECT state FROM cases_case JOIN warnings_directive ON case_id = cases_case.id"
        ).fetchall() == [("closed",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("ALTER TABLE cases_case ADD COLUMN more int")
