"""The Treasury's web service of the demonstration: `python -m vamco.demo.department --folder … --port …`.

    GET  /v1/{dataset}?cursor=&limit=   {"dataset", "du_lieu": [...], "con_tro": "...", "con_nua": true|false}
    POST /v1/{dataset}                  {"du_lieu": [...]}: transactions that arrive late, at the stream's end
    POST /control/tomorrow?days=1       the next days happen
    POST /control/faults                {"every": 3, "status": 429}: each third GET fails; {"every": 0} ends it
    GET  /health                        no token needed

Every other call needs `Authorization: Bearer <token>`; the token is in the environment as VAMCO_TREASURY_TOKEN. A page
carries an ETag and answers 304 to its repetition. `?fault=429` or `?fault=500` asks one call to fail. It listens on
the loopback address only, and with --with-parent it ends when the process that started it ends.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import signal
import sys
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from vamco.demo import build, treasury

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOKEN_VARIABLE = "VAMCO_TREASURY_TOKEN"  # noqa: S105 - the variable's name
DATASETS = tuple(dirt.dataset for dirt in treasury.STREAMS)
PAGE, LARGEST_PAGE = 2_000, 10_000
LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gets: a status, a body, and headers beside the usual."""

    status: HTTPStatus
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def _json(status: HTTPStatus, **content: object) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False).encode())


@dataclass
class Department:
    """What the service knows and may be told, apart from HTTP."""

    folder: Path
    token: str
    every: int = 0
    fault: HTTPStatus = HTTPStatus.TOO_MANY_REQUESTS
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    read: dict[str, tuple[tuple[int, int], list[str]]] = field(default_factory=dict)

    def page(self, dataset: str, cursor: str, limit: str, seen: str) -> Answer:
        """Give the rows after a cursor; the cursor of the last page is where the next day's rows will begin."""
        if not cursor.isdecimal() or not limit.isdecimal() or not 0 < int(limit) <= LARGEST_PAGE:
            return _json(HTTPStatus.BAD_REQUEST, error="cursor and limit are whole numbers", largest_limit=LARGEST_PAGE)
        lines = self.lines(dataset)
        start = min(int(cursor), len(lines))
        rows = lines[start : start + int(limit)]
        end = start + len(rows)
        more = "true" if end < len(lines) else "false"
        body = f'{{"dataset":"{dataset}","du_lieu":[{",".join(rows)}],"con_tro":"{end}","con_nua":{more}}}'.encode()
        tag = f'"{sha256(body).hexdigest()[:32]}"'
        if seen == tag:
            return Answer(HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        return Answer(HTTPStatus.OK, body, {"ETag": tag})

    def lines(self, dataset: str) -> list[str]:
        """Give a stream's lines, read again only when the stream has changed."""
        path = treasury.stream(self.folder / build.TREASURY, dataset)
        with self.lock:
            now = (path.stat().st_mtime_ns, path.stat().st_size)
            if dataset not in self.read or self.read[dataset][0] != now:
                self.read[dataset] = (now, treasury.lines(path))
            return self.read[dataset][1]

    def add(self, dataset: str, rows: object) -> Answer:
        """Append late transactions, as they are."""
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return _json(HTTPStatus.BAD_REQUEST, error="du_lieu is a list of objects")
        texts = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
        with self.lock:
            treasury.add_lines(treasury.stream(self.folder / build.TREASURY, dataset), texts)
        return _json(HTTPStatus.CREATED, added=len(texts))

    def tomorrow(self, days: str) -> Answer:
        """Move the whole demonstration forward."""
        if not days.isdecimal() or not 0 < int(days) <= 366:  # noqa: PLR2004
            return _json(HTTPStatus.BAD_REQUEST, error="days is 1 to 366")
        with self.lock:
            demo = build.advance(self.folder, int(days))
        return _json(HTTPStatus.OK, today=demo.today.isoformat())

    def set_faults(self, every: object, status: object) -> Answer:
        """Make each n-th GET fail."""
        if not isinstance(every, int) or every < 0 or status not in {429, 500, 503}:
            return _json(HTTPStatus.BAD_REQUEST, error="every is 0 or more, status is 429, 500 or 503")
        with self.lock:
            self.every, self.fault, self.asked = every, HTTPStatus(status), 0
        return _json(HTTPStatus.OK, every=every)

    def failure(self, wanted: str) -> Answer | None:
        """Give the failure that this GET was asked to be, by its query or by the standing order."""
        with self.lock:
            self.asked += 1
            if not wanted and not (self.every and self.asked % self.every == 0):
                return None
            status = HTTPStatus(int(wanted)) if wanted in {"429", "500", "503"} else self.fault
        headers = {"Retry-After": "1"} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
        return Answer(status, b'{"error":"asked to fail"}', headers)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if url.path == "/health":
            return self._send(_json(HTTPStatus.OK, ok=True))
        return self._send(self._allowed(lambda: self._get(url.path, query)))

    def _get(self, path: str, query: dict[str, str]) -> Answer:
        department, dataset = self.server.department, path.removeprefix("/v1/")
        if dataset not in DATASETS:
            return _json(HTTPStatus.NOT_FOUND, error="no such dataset", datasets=DATASETS)
        failed = department.failure(query.get("fault", ""))
        seen = self.headers.get("If-None-Match", "")
        return failed or department.page(dataset, query.get("cursor") or "0", query.get("limit", str(PAGE)), seen)

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        raw = self._body()
        self._send(self._allowed(lambda: self._post(url.path, query, raw)))

    def _post(self, path: str, query: dict[str, str], raw: bytes | None) -> Answer:
        department, dataset = self.server.department, path.removeprefix("/v1/")
        try:
            content = json.loads(raw or b"{}")
        except ValueError:
            content = None
        if raw is None or not isinstance(content, dict):
            return _json(HTTPStatus.BAD_REQUEST, error="the body is a JSON object of at most 4 MiB")
        if path == "/control/tomorrow":
            return department.tomorrow(query.get("days", "1"))
        if path == "/control/faults":
            return department.set_faults(content.get("every", 0), content.get("status", 429))
        if dataset in DATASETS:
            return department.add(dataset, content.get("du_lieu"))
        return _json(HTTPStatus.NOT_FOUND, error="no such control")

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _allowed(self, answer: Callable[[], Answer]) -> Answer:
        given = self.headers.get("Authorization", "")
        if hmac.compare_digest(given.encode(), f"Bearer {self.server.department.token}".encode()):
            return answer()
        return Answer(HTTPStatus.UNAUTHORIZED, b'{"error":"token"}', {"WWW-Authenticate": "Bearer"})

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Stay silent: the platform's own run history says what was asked."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, department: Department) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.department = department

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a client leaves in the middle of an answer; anything else is shown as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def serve(folder: Path, port: int, token: str) -> _Server:
    """Bind the service; the caller runs `serve_forever()` and, in the end, `shutdown()` and `server_close()`."""
    return _Server(port, Department(folder, token))


def _end_with(parent: int, server: _Server) -> None:
    stop = threading.Event()
    while not stop.wait(0.5):
        if os.getppid() != parent:
            server.shutdown()
            return


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop by a signal; the first line of output says the address."""
    parser = argparse.ArgumentParser(prog="python -m vamco.demo.department")
    parser.add_argument("--folder", type=Path, required=True, help="a folder that vamco.demo.build wrote")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--with-parent", action="store_true", help="end when the starting process ends")
    chosen = parser.parse_args(arguments)
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token or not (chosen.folder / build.STATE).is_file():
        sys.stderr.write(f"needs {TOKEN_VARIABLE} in the environment and a built folder: {chosen.folder}\n")
        return 2
    server = serve(chosen.folder, chosen.port, token)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    if chosen.with_parent:
        threading.Thread(target=_end_with, args=(os.getppid(), server), daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
