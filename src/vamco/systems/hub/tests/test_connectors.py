"""One suite that both adapters pass, then what only one of them can meet."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from vamco.lib.errors import Refused, Unavailable, VamcoError
from vamco.systems.hub.adapters.connectors import connector_for, folder, http
from vamco.systems.hub.rules.feeds import SourceItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vamco.systems.hub.contracts import Delivery

QUICK = http.Limits(connect=30, read=60, page=60, page_bytes=1 << 20, delivery_bytes=1 << 20, tries=3)


@dataclass
class Got:
    delivery: Delivery
    content: bytes
    state: dict[str, Any]


@dataclass
class World:
    """A source under test."""

    item: SourceItem
    workspace: Path
    connector: Any

    def fetch(self, state: dict[str, Any], *, whole: bool = False) -> tuple[list[Got], dict[str, Any]]:
        """The deliveries since a state, and the state after them."""
        got = []
        for fetched in self.connector.fetch(self.item, self.item.datasets[0], state, self.workspace, whole=whole):
            state = fetched.state
            assert json.loads(json.dumps(state)) == state
            if fetched.delivery is not None:
                got.append(Got(fetched.delivery, fetched.delivery.path.read_bytes(), state))
        return got, state

    def add(self, name: str) -> None:
        raise NotImplementedError


def until_failure(
    world: World, *, whole: bool = False, state: dict[str, Any] | None = None
) -> tuple[list[tuple[bytes, dict[str, Any]]], VamcoError | None]:
    """What was delivered, and the failure that ended it."""
    seen = []
    try:
        for fetched in world.connector.fetch(
            world.item, world.item.datasets[0], state or {}, world.workspace, whole=whole
        ):
            seen.append((fetched.delivery.path.read_bytes(), fetched.state))  # noqa: PERF401  # those before the failure count
    except VamcoError as error:
        return seen, error
    return seen, None


class Folder(World):
    @property
    def folder(self) -> Path:
        return self.workspace.parent / "shared" / "so"

    def add(self, name: str) -> None:
        self.write(f"{name}.csv", f"ma\n{name}\n".encode())

    def write(self, name: str, content: bytes, age: float = 60) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        then = time.time() - age
        os.utime(path, (then, then))
        return path


@dataclass
class Service:
    """A scripted web service; `answer` may take over an answer."""

    items: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler, int], bool] | None = None


class Web(World):
    service: Service

    def add(self, name: str) -> None:
        self.service.items.append({"ma": name})


def handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            service.asked.append((url.path, query, dict(self.headers)))
            if service.answer is not None and service.answer(self, len(service.asked)):
                return
            start = int(query.get("cursor", "0"))
            rows = service.items[start : start + int(query.get("limit", "2"))]
            end = start + len(rows)
            send(self, {"du_lieu": rows, "con_tro": end, "con_nua": end < len(service.items)}, etag=f'"{start}-{end}"')

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def send(to: BaseHTTPRequestHandler, content: Any, status: int = 200, etag: str = "", **headers: str) -> bool:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    if etag and to.headers.get("If-None-Match") == etag:
        status, body = 304, b""
    to.send_response(status)
    for name, value in {"ETag": etag, "Content-Length": str(len(body)), **headers}.items():
        if value:
            to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body)
    return True


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    (tmp_path / "shared" / "so").mkdir(parents=True)
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("VAMCO_TEST_FOLDER", str(tmp_path / "shared"))
    item = SourceItem.model_validate({
        "code": "so", "name": "Sở", "name_en": "Department", "agency": "H53.04", "kind": "file", "folder_from": "VAMCO_TEST_FOLDER",
        "folder": "so", "schedule": "* * * * *", "datasets": [{"dataset": "thu_nghiem", "pattern": "*.csv", "delimiter": ";"}],
    })  # fmt: skip
    return Folder(item, tmp_path / "work", connector_for("file"))


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    (tmp_path / "work").mkdir(exist_ok=True)
    service = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(service))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that gave up is what is tested
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    monkeypatch.setenv("VAMCO_TEST_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("VAMCO_TEST_TOKEN", "s3cret")
    monkeypatch.setattr(http.grading, "wait_before_retry", lambda *_: 0.01)
    item = SourceItem.model_validate({
        "code": "kb", "name": "Kho bạc", "name_en": "Treasury", "agency": "H53.04", "kind": "http", "base_url_from": "VAMCO_TEST_URL",
        "token_from": "VAMCO_TEST_TOKEN", "schedule": "* * * * *", "datasets": [
            {"dataset": "thu_nghiem", "path": "/v1/x", "items": "du_lieu", "cursor": "con_tro", "more": "con_nua", "page": 2, "overlap": 0},
        ],
    })  # fmt: skip
    world = Web(item, tmp_path / "work", http.HttpConnector(QUICK))
    world.service = service
    yield world
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["away", "web"])
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


# What both must do


def test_an_empty_source_gives_nothing(world: World) -> None:
    got, state = world.fetch({})
    assert got == []
    assert world.fetch(state)[0] == []


def test_what_is_new_comes_once(world: World) -> None:
    world.add("a")
    got, state = world.fetch({})
    assert [b"a" in each.content for each in got] == [True]
    assert got[0].delivery.source == world.item.code
    assert got[0].delivery.at.tzinfo is not None
    assert world.fetch(state)[0] == []
    world.add("b")
    got, state = world.fetch(state)
    assert [b"b" in each.content for each in got] == [True]
    assert b'"a"' not in got[0].content
    assert world.fetch(state)[0] == []


def test_without_the_new_state_the_same_comes_again(world: World) -> None:
    world.add("a")
    first, _ = world.fetch({})
    again, _ = world.fetch({})
    assert [(g.content, g.delivery.name, g.delivery.key) for g in first] == [
        (g.content, g.delivery.name, g.delivery.key) for g in again
    ]


def test_a_state_of_each_delivery_is_enough_to_go_on(world: World) -> None:
    for name in "abcde":
        world.add(name)
    got, _ = world.fetch({})
    text = b"".join(each.content for each in got)
    rest, _ = world.fetch(got[0].state)
    assert b"".join(each.content for each in [got[0], *rest]) == text


def test_what_is_not_set_is_told_by_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VAMCO_TEST_FOLDER", "VAMCO_TEST_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unavailable, match="VAMCO_TEST_") as caught:
        world.fetch({})
    assert caught.value.code == "hub.not_set"


def test_a_source_that_is_away_is_unavailable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAMCO_TEST_FOLDER", "/khong/co")
    monkeypatch.setenv("VAMCO_TEST_URL", "http://127.0.0.1:1")
    with pytest.raises(Unavailable) as caught:
        world.fetch({})
    assert caught.value.code in {"hub.no_folder", "hub.no_answer"}
    assert "127.0.0.1" not in str(caught.value)


# Folders


def test_only_files_that_match_and_lie_there_themselves(away: Folder, tmp_path: Path) -> None:
    for name in ("a.csv", ".hidden.csv", "~$a.csv", "a.xlsx"):
        away.write(name, b"ma\n1\n")
    (away.folder / "folder.csv").mkdir()
    os.mkfifo(away.folder / "pipe.csv")
    got, state = away.fetch({})
    assert [each.delivery.name for each in got] == ["a.csv"]
    assert got[0].delivery.layout.delimiter == ";"
    assert list(state["files"]) == ["a.csv"]


def test_links_are_refused_and_the_files_beside_them_come(away: Folder, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"ma\nsecret\n")
    (away.folder / "link.csv").symlink_to(secret)
    away.write("z.csv", b"ma\n1\n")
    seen, caught = until_failure(away)
    assert isinstance(caught, Refused)
    assert "link.csv" in str(caught)
    assert caught.code == "hub.symlink"
    assert [content for content, _ in seen] == [b"ma\n1\n"]


def test_a_folder_that_leads_outside_is_refused(away: Folder, tmp_path: Path) -> None:
    away.folder.rmdir()
    (tmp_path / "other").mkdir()
    away.folder.symlink_to(tmp_path / "other")
    with pytest.raises(Refused) as caught:
        away.fetch({})
    assert caught.value.code == "hub.outside"


@pytest.mark.parametrize("change", ["byte", "touch", "replace"])
def test_a_file_that_changed_comes_again_even_with_its_old_times(away: Folder, change: str) -> None:
    path = away.write("a.csv", b"ma\n1\n")
    _, state = away.fetch({})
    stat = path.stat()
    if change == "replace":
        other = away.write("b.part", b"ma\n2\n")
        other.replace(path)
    elif change == "byte":
        path.write_bytes(b"ma\n2\n")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + (change == "touch")))
    got, _ = away.fetch(state)
    assert [each.content for each in got] == [b"ma\n1\n" if change == "touch" else b"ma\n2\n"]


def test_a_file_that_is_being_written_waits(away: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = away.write("a.csv", b"ma\n1\n", age=0)

    def still_writing(_: float) -> None:
        with path.open("ab") as out:
            out.write(b"2\n")

    monkeypatch.setattr(folder.time, "sleep", still_writing)
    got, state = away.fetch({})
    assert (got, state) == ([], {})
    waited: list[float] = []
    monkeypatch.setattr(folder.time, "sleep", waited.append)
    got, _ = away.fetch({})
    assert [each.content for each in got] == [b"ma\n1\n2\n"]
    assert 0 < waited[0] <= folder.STABLE_S


@pytest.mark.parametrize("content", [b"ma\n1\n13", b"ma\n1\n\x00\x00", "ma\n1".encode("utf-16-le")])
def test_a_young_file_whose_last_line_does_not_end_waits_and_an_old_one_comes(away: Folder, content: bytes) -> None:
    away.write("a.csv", content, age=folder.OPEN_S - 60)
    away.write("b.csv", content, age=folder.OPEN_S + 60)
    away.write("c.csv", b"ma\n2\n", age=60)
    got, state = away.fetch({})
    assert [each.delivery.name for each in got] == ["b.csv", "c.csv"]
    away.write("a.csv", content + b"\n", age=60)
    got, _ = away.fetch(state)
    assert [(each.delivery.name, each.content) for each in got] == [("a.csv", content + b"\n")]


def test_a_file_from_tomorrow_does_not_wait_until_then(away: Folder) -> None:
    away.write("a.csv", b"ma\n1", age=-86_400)
    assert [each.delivery.name for each in away.fetch({})[0]] == ["a.csv"]


def test_half_a_workbook_waits(away: Folder) -> None:
    away.item = away.item.model_copy(
        update={"datasets": (away.item.datasets[0].model_copy(update={"format": "xlsx", "pattern": "*.xlsx"}),)}
    )
    away.write("a.xlsx", b"PK\x03\x04 and half of it", age=60)
    away.write("b.xlsx", b"no workbook at all", age=60)
    assert [each.delivery.name for each in away.fetch({})[0]] == ["b.xlsx"]


@pytest.mark.parametrize(
    "name", ["a.csv.part", "a.csv.tmp", "a.csv~", "~$a.csv", ".a.csv", "a.csv.crdownload", "A.CSV.FILEPART"]
)
def test_names_of_files_under_way_are_passed_over(away: Folder, name: str) -> None:
    away.item = away.item.model_copy(update={"datasets": (away.item.datasets[0].model_copy(update={"pattern": "*"}),)})
    away.write(name, b"ma\n1\n")
    away.write("b.csv", b"ma\n2\n")
    assert [each.delivery.name for each in away.fetch({})[0]] == ["b.csv"]


def test_a_file_that_went_is_forgotten_and_may_come_back(away: Folder) -> None:
    path = away.write("a.csv", b"ma\n1\n")
    away.write("b.csv", b"ma\n2\n")
    _, state = away.fetch({})
    path.unlink()
    away.write("b.csv", b"ma\n3\n")
    _, state = away.fetch(state)
    assert list(state["files"]) == ["b.csv"]
    away.write("a.csv", b"ma\n1\n")
    assert [each.delivery.name for each in away.fetch(state)[0]] == ["a.csv"]


def test_a_file_that_goes_or_cannot_be_read_in_the_middle(away: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(away.folder), "iterdir", lambda self: iter([self / "gone.csv"]))
    assert away.fetch({})[0] == []
    monkeypatch.undo()
    (away.folder / "gone.csv").symlink_to("gone.csv")
    with pytest.raises(Unavailable) as caught:
        folder._take(away.folder / "gone.csv", away.workspace / "x", None)
    assert caught.value.code == "hub.unreadable"


def test_names_match_in_any_form_of_unicode(away: Folder) -> None:
    away.item = away.item.model_copy(
        update={"datasets": (away.item.datasets[0].model_copy(update={"pattern": "số liệu*.csv"}),)}
    )
    away.write("so\u0302\u0301 lie\u0323\u0302u 1.csv", b"ma\n1\n")
    assert [each.delivery.name for each in away.fetch({})[0]] == ["số liệu 1.csv"]


def test_several_files_for_a_list_that_is_one_are_refused(away: Folder) -> None:
    away.write("a.csv", b"ma\n1\n")
    (away.folder / "folder.csv").mkdir()
    feed = away.item.datasets[0]
    [fetched] = away.connector.fetch(away.item, feed, {}, away.workspace, whole=True, single=True)
    assert fetched.delivery.beside == ("folder.csv",)
    away.write("b.csv", b"ma\n2\n", age=90)
    with pytest.raises(Refused) as caught:
        list(away.connector.fetch(away.item, feed, {}, away.workspace, whole=True, single=True))
    assert (caught.value.code, "a.csv, b.csv" in str(caught.value)) == ("hub.several_files", True)


# Web services


def test_pages_are_one_delivery_of_lines(web: Web) -> None:
    web.service.items = [
        {"ma": "a", "n": 1.50, "t": "Đ\u2028", "x": None},
        {"ma": "b"},
        {"ma": "c", "n": 12345678901234567890},
    ]
    got, state = web.fetch({})
    assert len(got) == 1
    assert got[0].content.decode().splitlines() != []
    lines = got[0].content.decode().split("\n")
    assert [json.loads(line) for line in lines if line] == [
        {"ma": "a", "n": "1.5", "t": "Đ\u2028", "x": None},
        {"ma": "b"},
        {"ma": "c", "n": "12345678901234567890"},
    ]
    assert got[0].delivery.layout.format == "jsonl"
    assert (got[0].delivery.name, got[0].delivery.key, state["cursor"]) == ("thu_nghiem-0-3.jsonl", "", "3")
    assert [(path, query) for path, query, _ in web.service.asked] == [
        ("/v1/x", {"limit": "2"}),
        ("/v1/x", {"limit": "2", "cursor": "2"}),
    ]
    assert {headers["Authorization"] for _, _, headers in web.service.asked} == {"Bearer s3cret"}


def test_the_next_visit_goes_on_at_the_cursor_and_then_by_etag(web: Web) -> None:
    web.add("a")
    _, state = web.fetch({})
    _, state = web.fetch(state)
    assert state == {"cursor": "1", "etag": '"1-1"'}
    web.service.asked.clear()
    assert web.fetch(state) == ([], state)
    assert [(query, headers.get("If-None-Match")) for _, query, headers in web.service.asked] == [
        ({"limit": "2", "cursor": "1"}, '"1-1"')
    ]
    web.add("b")
    got, _ = web.fetch(state)
    assert (got[0].delivery.key, got[0].content) == ("1", b'{"ma":"b"}\n')


def test_a_whole_dataset_begins_at_the_beginning_each_time(web: Web) -> None:
    for name in "abc":
        web.add(name)
    got, state = web.fetch({}, whole=True)
    assert (len(got), got[0].content.count(b"\n"), state["cursor"], got[0].delivery.key) == (1, 3, "", "")
    got, _ = web.fetch(state, whole=True)
    assert got[0].content.count(b"\n") == 3


def failing(*statuses: int, **headers: str) -> Callable[[BaseHTTPRequestHandler, int], bool]:
    return lambda to, n: n <= len(statuses) and send(to, b"<html>no</html>", statuses[n - 1], **headers)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_service_that_recovers_is_waited_for(web: Web, status: int) -> None:
    web.add("a")
    web.service.answer = failing(status, status, Retry_After="1")
    assert len(web.fetch({})[0]) == 1
    assert len(web.service.asked) == 3


@pytest.mark.parametrize(
    ("status", "kind", "times"), [(500, Unavailable, 3), (401, Refused, 1), (404, Refused, 1), (204, Refused, 1)]
)
def test_a_service_that_keeps_failing(web: Web, status: int, kind: type[VamcoError], times: int) -> None:
    web.service.answer = failing(*[status] * 9)
    with pytest.raises(kind, match=str(status)):
        web.fetch({})
    assert len(web.service.asked) == times


def test_pages_before_a_failure_stay_good_for_a_stream_and_not_for_a_whole(web: Web) -> None:
    for name in "abcd":
        web.add(name)
    web.service.answer = lambda to, n: n > 1 and send(to, b"", 500)
    seen, failure = until_failure(web)
    assert isinstance(failure, Unavailable)
    assert seen == [(b'{"ma":"a"}\n{"ma":"b"}\n', {"cursor": "2", "etag": ""})]
    web.service.asked.clear()
    seen, failure = until_failure(web, whole=True)
    assert isinstance(failure, Unavailable)
    assert seen == []


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><html>log in</html>",
        b"[]",
        b"{",
        b"\xff",
        b'{"du_lieu": {}}',
        b'{"du_lieu": [1]}',
        b'{"du_lieu": [{"a": NaN}]}',
        b'{"du_lieu": [], "con_tro": {}}',
        b'{"du_lieu": [], "con_tro": "' + b"x" * 501 + b'"}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_was_not_agreed_on_is_refused(web: Web, content: bytes) -> None:
    web.service.answer = lambda to, _: send(to, content)
    with pytest.raises(Refused) as caught:
        web.fetch({})
    assert caught.value.code == "hub.strange_answer"


@pytest.mark.parametrize("cursors", [[1, 1], [1, 2, 1], [None]])
def test_a_cursor_that_goes_round_ends(web: Web, cursors: list[int | None]) -> None:
    web.service.answer = lambda to, n: send(
        to, {"du_lieu": [], "con_tro": cursors[(n - 1) % len(cursors)], "con_nua": True}
    )
    with pytest.raises(Refused) as caught:
        web.fetch({})
    assert caught.value.code == "hub.cursor_loop"
    assert len(web.service.asked) <= 4


def test_a_service_that_hangs_and_one_that_drips(web: Web) -> None:
    def hang(_to: BaseHTTPRequestHandler, _n: int) -> bool:
        time.sleep(1.5)
        return True

    def drip(to: BaseHTTPRequestHandler, _n: int) -> bool:
        to.send_response(200)
        to.send_header("Content-Length", "1000")
        to.end_headers()
        for _ in range(20):
            to.wfile.write(b" ")
            to.wfile.flush()
            time.sleep(0.1)
        return True

    for answer, limits, code in (
        (hang, replace(QUICK, read=0.4), "hub.no_answer"),
        (drip, replace(QUICK, page=0.8), "hub.too_slow"),
    ):
        web.service.answer = answer
        web.connector = http.HttpConnector(limits)
        with pytest.raises(Unavailable) as caught:
            web.fetch({})
        assert caught.value.code == code


def test_a_body_cut_short_is_asked_for_again(web: Web) -> None:
    web.add("a")

    def cut(to: BaseHTTPRequestHandler, n: int) -> bool:
        if n > 1:
            return False
        to.send_response(200)
        to.send_header("Content-Length", "1000")
        to.end_headers()
        to.wfile.write(b"{")
        to.close_connection = True
        return True

    web.service.answer = cut
    assert len(web.fetch({})[0]) == 1


def test_too_much_is_refused(web: Web) -> None:
    web.service.answer = lambda to, _: send(to, b" " * (2 << 20))
    with pytest.raises(Refused) as caught:
        web.fetch({})
    assert caught.value.code == "hub.too_large"


def test_a_large_stream_comes_in_parts_and_a_large_whole_is_refused(web: Web) -> None:
    web.connector = http.HttpConnector(replace(QUICK, delivery_bytes=10))
    for name in "abcde":
        web.add(name)
    got, _ = web.fetch({})
    assert [(each.delivery.key, each.content.count(b"\n")) for each in got] == [("", 2), ("2", 2), ("4", 1)]
    with pytest.raises(Refused) as caught:
        web.fetch({}, whole=True)
    assert caught.value.code == "hub.too_large"


def test_pages_without_end_are_refused(web: Web) -> None:
    web.connector = http.HttpConnector(replace(QUICK, pages=3))
    web.service.answer = lambda to, n: send(to, {"du_lieu": [], "con_tro": n, "con_nua": True})
    with pytest.raises(Refused) as caught:
        web.fetch({})
    assert caught.value.code == "hub.too_large"


@pytest.mark.parametrize("target", ["http://localhost.example/x", "file:///etc/passwd", "//other/x", ""])
def test_a_redirect_elsewhere_is_refused_and_shows_no_token(web: Web, target: str) -> None:
    web.service.answer = lambda to, _: send(to, b"", 302, Location=target)
    with pytest.raises(Refused) as caught:
        web.fetch({})
    assert caught.value.code == "hub.redirect"
    assert "s3cret" not in str(caught.value)


def test_a_redirect_on_the_same_host_is_followed(web: Web) -> None:
    web.add("a")
    web.service.answer = lambda to, n: n == 1 and send(to, b"", 307, Location="/v2/x?limit=2")
    assert len(web.fetch({})[0]) == 1
    assert [path for path, _, _ in web.service.asked] == ["/v1/x", "/v2/x"]


def test_letters_that_no_text_has_stay_escapes(web: Web) -> None:
    web.service.answer = lambda to, _: send(
        to, b'{"du_lieu": [{"ma": "\\ud800\\u0000"}], "con_tro": null, "con_nua": false}'
    )
    got, _ = web.fetch({})
    assert got[0].content == b'{"ma":"\\ud800\\u0000"}\n'
