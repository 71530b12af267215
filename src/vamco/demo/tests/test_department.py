"""The Treasury's service over real HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from vamco.demo import build, department

PACK = Path(__file__).parents[4] / "packs" / "tayninh"
TOKEN = "for-this-test-only"


class Client:
    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, method: str, path: str, body: object = None, token: str | None = TOKEN, **headers: str):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        content = None if body is None else json.dumps(body) if not isinstance(body, str) else body
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        return answer.status, json.loads(raw) if raw else None, dict(answer.getheaders())


@pytest.fixture
def folder(tmp_path):
    return build.build(tmp_path / "demo", pack=PACK, today=date(2025, 7, 11), scale=500).folder


@pytest.fixture
def client(folder):
    server = department.serve(folder, 0, TOKEN)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Client(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


def collect(client: Client, dataset: str, cursor: str = "0", limit: int = 700) -> tuple[list[dict], str]:
    rows = []
    while True:
        status, page, _ = client.ask("GET", f"/v1/{dataset}?cursor={cursor}&limit={limit}")
        assert status == 200
        rows += page["du_lieu"]
        cursor = page["con_tro"]
        if not page["con_nua"]:
            return rows, cursor


@pytest.mark.parametrize("dataset", department.DATASETS)
def test_pages_give_every_row_once_in_order(client, folder, dataset):
    rows, cursor = collect(client, dataset)
    lines = (folder / "treasury" / f"{dataset}.jsonl").read_text(encoding="utf-8").splitlines()
    assert rows == [json.loads(line) for line in lines]
    assert cursor == str(len(lines))
    assert len(rows) > 1_400


def test_the_last_cursor_brings_only_what_tomorrow_adds(client, folder):
    rows, cursor = collect(client, "kb_giaingan")
    assert collect(client, "kb_giaingan", cursor) == ([], cursor)
    status, said, _ = client.ask("POST", "/control/tomorrow?days=3", {})
    assert (status, said) == (200, {"today": "2025-07-14"})
    fresh, moved = collect(client, "kb_giaingan", cursor)
    assert fresh
    assert {row["ngay"] for row in fresh} <= {"2025-07-14"} | {
        row["ngay"] for row in fresh if row["ngay"][:4] == "2062"
    }
    assert collect(client, "kb_giaingan") == (rows + fresh, moved)
    assert build.Demo.open(folder).today == date(2025, 7, 14)


def test_late_transactions_come_at_the_end_and_stay_when_the_day_moves(client):
    _, cursor = collect(client, "kb_giaingan")
    late = {"ma_giao_dich": "KB202506309999", "ngay": "2025-06-30", "so_tien": 5}
    assert client.ask("POST", "/v1/kb_giaingan", {"du_lieu": [late]})[:2] == (201, {"added": 1})
    assert collect(client, "kb_giaingan", cursor)[0] == [late]
    client.ask("POST", "/control/tomorrow?days=3", {})
    assert collect(client, "kb_giaingan", cursor)[0][0] == late


def test_a_page_seen_before_is_not_sent_again_until_it_changes(client):
    _, cursor = collect(client, "kb_thu")
    path = f"/v1/kb_thu?cursor={cursor}"
    status, _, headers = client.ask("GET", path)
    assert status == 200
    assert client.ask("GET", path, **{"If-None-Match": headers["ETag"]})[:2] == (304, None)
    client.ask("POST", "/v1/kb_thu", {"du_lieu": [{"ma_chung_tu": "x"}]})
    status, page, again = client.ask("GET", path, **{"If-None-Match": headers["ETag"]})
    assert (status, page["du_lieu"]) == (200, [{"ma_chung_tu": "x"}])
    assert again["ETag"] != headers["ETag"]


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x"])
def test_without_the_token_nothing_is_given_and_nothing_done(client, folder, token):
    before = (folder / "demo.json").read_bytes()
    status, said, headers = client.ask("GET", "/v1/kb_thu", token=token)
    assert (status, said, headers["WWW-Authenticate"]) == (401, {"error": "token"}, "Bearer")
    assert client.ask("POST", "/control/tomorrow", {}, token=token)[0] == 401
    assert client.ask("POST", "/v1/kb_thu", {"du_lieu": [{}]}, token=token)[0] == 401
    assert (folder / "demo.json").read_bytes() == before
    assert client.ask("GET", "/health", token=None)[:2] == (200, {"ok": True})


def test_it_fails_when_asked_and_stops_when_told(client):
    status, _, headers = client.ask("GET", "/v1/kb_thu?fault=429")
    assert (status, headers["Retry-After"]) == (429, "1")
    assert client.ask("GET", "/v1/kb_thu?fault=500")[0] == 500
    assert client.ask("POST", "/control/faults", {"every": 3, "status": 503})[0] == 200
    assert [client.ask("GET", "/v1/kb_thu?limit=1")[0] for _ in range(6)] == [200, 200, 503, 200, 200, 503]
    assert client.ask("POST", "/control/faults", {"every": 0})[0] == 200
    assert [client.ask("GET", "/v1/kb_thu?limit=1")[0] for _ in range(4)] == [200] * 4


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/kb_chi", None, 404),
        ("GET", "/", None, 404),
        ("GET", "/v1/../demo.json", None, 404),
        ("GET", "/v1/kb_thu?cursor=-1", None, 400),
        ("GET", "/v1/kb_thu?cursor=x", None, 400),
        ("GET", "/v1/kb_thu?limit=0", None, 400),
        ("GET", "/v1/kb_thu?limit=10001", None, 400),
        ("POST", "/v1/kb_chi", {}, 404),
        ("POST", "/v1/kb_thu", {"du_lieu": 5}, 400),
        ("POST", "/v1/kb_thu", {"du_lieu": [5]}, 400),
        ("POST", "/v1/kb_thu", "not json", 400),
        ("POST", "/v1/kb_thu", [1], 400),
        ("POST", "/control/tomorrow?days=0", {}, 400),
        ("POST", "/control/tomorrow?days=x", {}, 400),
        ("POST", "/control/faults", {"every": -1}, 400),
        ("POST", "/control/faults", {"every": 1, "status": 200}, 400),
    ],
)
def test_a_wrong_question_is_said_to_be_wrong(client, method, path, body, status):
    assert client.ask(method, path, body)[0] == status


def test_a_body_that_is_too_large_is_not_read(client):
    assert client.ask("POST", "/v1/kb_thu", token=TOKEN, **{"Content-Length": "9999999999"})[0] == 400


def test_a_cursor_behind_the_end_gives_an_empty_last_page(client):
    rows, end = collect(client, "kb_thu")
    _, page, _ = client.ask("GET", "/v1/kb_thu?cursor=99999999")
    assert page == {"dataset": "kb_thu", "du_lieu": [], "con_tro": str(len(rows)), "con_nua": False}
    assert end == page["con_tro"]


def test_a_client_that_leaves_early_is_not_worth_a_word_but_another_error_is(client, folder, capfd):
    server = department.serve(folder, 0, TOKEN)
    for error, said in ((ConnectionResetError(), False), (ZeroDivisionError(), True)):
        try:
            raise error
        except (ConnectionResetError, ZeroDivisionError):
            server.handle_error(None, ("127.0.0.1", 1))
        assert ("Traceback" in capfd.readouterr().err) is said
    server.server_close()


# As its own process.

COMMAND = [sys.executable, "-m", "vamco.demo.department"]
ENVIRONMENT = {**os.environ, department.TOKEN_VARIABLE: TOKEN}


def test_the_process_says_its_address_serves_on_loopback_only_and_ends_cleanly(folder):
    with subprocess.Popen(
        [*COMMAND, "--folder", folder], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        address = process.stdout.readline().strip()
        host, _, port = address.removeprefix("http://").partition(":")
        assert host == "127.0.0.1"
        assert Client(int(port)).ask("GET", "/v1/kb_thu?limit=1")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_the_process_ends_with_the_one_that_started_it(folder, tmp_path):
    note = tmp_path / "pid"
    starter = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([*{COMMAND!r}, '--folder', {str(folder)!r}, '--with-parent'], stdout=subprocess.PIPE)\n"
        f"p.stdout.readline(); open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", starter], env=ENVIRONMENT) as process:
        deadline = time.monotonic() + 120
        while not (note.is_file() and note.read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    child = int(note.read_text())
    while time.monotonic() < deadline and alive(child):
        time.sleep(0.05)
    assert not alive(child)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("missing", ["token", "folder"])
def test_without_token_or_folder_it_does_not_start(folder, tmp_path, monkeypatch, capsys, missing):
    monkeypatch.setenv(department.TOKEN_VARIABLE, "" if missing == "token" else TOKEN)
    where = tmp_path / "nothing" if missing == "folder" else folder
    assert department.main(["--folder", str(where)]) == 2
    assert department.TOKEN_VARIABLE in capsys.readouterr().err
