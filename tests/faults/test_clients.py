"""Slow, idle, large and lying clients against the real server: whoever else asks gets their pages as ever."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import resource
import shutil
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.faults.running import Running, until
from vamco.demo.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = dt.date(2026, 11, 22)
SOON = 2.0  # seconds for a page while others do their worst; the machine may be busy with other tests
MB = 1 << 20
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="vamco-clients-"))
    folder.chmod(0o711)
    province = Running(folder, TODAY)
    try:
        province.start(same_port=False)
        until(lambda: any("Ctrl-C" in line for line in province.said), "the province to be filled", 300)
        until(province.serves, "the province to serve", 300)
        yield province
    finally:
        with contextlib.suppress(Exception):
            province.stop()
        data = province.data
        province.close()
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def connect(running: Running) -> socket.socket:
    port = int(running.address.rstrip("/").rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def post(
    running: Running, path: str, length: int | None, kind: str = "application/x-www-form-urlencoded", more: str = ""
) -> socket.socket:
    """Begin a request with a body, and send its first byte."""
    body = (
        f"Content-Length: {length}\r\n\r\na" if length is not None else "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n"
    )
    line = connect(running)
    line.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{more}Content-Type: {kind}\r\n{body}".encode())
    return line


def head(line: socket.socket) -> str:
    return line.recv(65536).decode(errors="replace").split("\r\n", 1)[0]


def seconds_of_pages(running: Running, count: int = 10) -> float:
    """Ask for pages on fresh connections, and give the seconds of the slowest."""
    slowest = 0.0
    for _ in range(count):
        begun = time.monotonic()
        answer = requests.get(f"{running.address}log-in", timeout=60, headers={"Connection": "close"})
        slowest = max(slowest, time.monotonic() - begun)
        assert answer.status_code == 200
    return slowest


class Browser:
    """Somebody with a browser."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.session = requests.Session()
        self.session.trust_env = False

    def log_in(self, username: str, password: str = PASSWORD, target: str = "") -> requests.Response:
        page = self.session.get(f"{self.running.address}log-in", timeout=60)
        token = TOKEN.search(page.text)
        assert token is not None
        form = {"username": username, "password": password, "csrfmiddlewaretoken": token[1], "next": target}
        return self.session.post(f"{self.running.address}log-in", data=form, timeout=60, allow_redirects=False)

    def cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.session.cookies.items())


@contextlib.contextmanager
def dripping(lines: list[socket.socket]) -> Iterator[None]:
    """Send a byte a second on each line."""
    stopped = threading.Event()

    def drip() -> None:
        while not stopped.wait(1.0):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendall(b"a")

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        for line in lines:
            line.close()


@pytest.mark.parametrize("times", [1, 16])
def test_slow_bodies_hold_up_nobody_and_come_to_an_end(running: Running, times: int) -> None:
    kinds = [
        ("/api/v1/forms/x", "application/json"),
        ("/verify", "multipart/form-data; boundary=x"),
        ("/log-in", "application/x-www-form-urlencoded"),
        ("/nowhere", "text/plain"),
    ]
    begun = time.monotonic()
    lines = [post(running, path, 100_000 if path != "/log-in" else 1000, kind) for path, kind in kinds * times]
    with dripping(lines):
        assert seconds_of_pages(running) < SOON
        assert Browser(running).log_in("lanhdao").status_code == 302  # their bodies are read, too
        statuses = [head(line) for line in lines]
        assert statuses == ["HTTP/1.1 408 Request Timeout"] * len(lines)
        assert 14 < time.monotonic() - begun < 120


def test_slow_bodies_of_who_is_logged_in_hold_up_nobody_either(running: Running) -> None:
    someone = Browser(running)
    assert someone.log_in("lanhdao").status_code == 302
    more = f"Cookie: {someone.cookies()}\r\n"
    lines = [post(running, "/desk/", 2 * MB, "multipart/form-data; boundary=x", more) for _ in range(16)]
    with dripping(lines):
        assert seconds_of_pages(running) < SOON
        assert someone.session.get(f"{running.address}desk/", timeout=60).status_code == 200


def test_a_thousand_idle_connections_hold_up_nobody_and_are_closed(running: Running) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    lines = [connect(running) for _ in range(1500 if hard > 4096 else 600)]
    try:
        for line in lines[::2]:  # half of them say something, and then no more
            line.sendall(b"GET /log-in HTTP/1.1\r\nHost: local")
        assert seconds_of_pages(running) < SOON
        assert Browser(running).log_in("lanhdao").status_code == 302
        begun = time.monotonic()
        assert [line.recv(100)[:12] for line in lines if not line.settimeout(60)] == [b""] * len(lines)
        assert time.monotonic() - begun < 120
    finally:
        for line in lines:
            line.close()


def spooled(running: Running) -> int:
    """Give the bytes that the web holds in files of the spool, also in those without a name."""
    total = 0
    for pid in running.pids("web"):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if str(entry.readlink()).startswith(str(running.data / "spool")):
                    total += entry.stat().st_size
    return total


def test_a_large_body_is_refused_before_any_of_it_is_read(running: Running) -> None:
    multipart = "multipart/form-data; boundary=x"
    for path, length, status in (
        ("/verify", 1_500_000_000, "413 Payload Too Large"),
        ("/log-in", 65 << 10, "413 Payload Too Large"),
        ("/nowhere", 2 * MB, "413 Payload Too Large"),
        ("/desk/cases/1", 30 * MB, "401 Unauthorized"),
        ("/api/v1/cases/1/acts", 30 * MB, "401 Unauthorized"),
    ):
        begun = time.monotonic()
        line = post(running, path, length, multipart)
        assert (path, head(line)) == (path, f"HTTP/1.1 {status}")
        assert time.monotonic() - begun < SOON
        line.close()
    forged = f"Cookie: sessionid={'x' * 32}\r\n"
    line = post(running, "/desk/cases/1", 30 * MB, multipart, forged)
    assert head(line) == "HTTP/1.1 401 Unauthorized"
    line.close()
    assert spooled(running) == 0


def test_a_large_body_that_hides_its_length_is_cut_in_mid_stream(running: Running) -> None:
    line = post(running, "/verify", None, "multipart/form-data; boundary=x")
    sent, block = 0, b"10000\r\n" + b"x" * 65536 + b"\r\n"
    while sent < 16 * MB:
        line.sendall(block)
        sent += 65536
    until(lambda: spooled(running) > 8 * MB, "the body to arrive")
    assert spooled(running) <= 21 * MB
    with contextlib.suppress(OSError):
        while sent < 200 * MB:
            line.sendall(block)
            sent += 65536
    line.close()
    assert 20 * MB < sent < 40 * MB
    until(lambda: spooled(running) == 0, "the spool to be empty")
    answer = requests.post(f"{running.address}verify", data=iter([b"x" * 65536] * 400), timeout=60)
    assert answer.status_code == 413
    assert "20 MB" in answer.text


def test_a_body_within_the_limit_arrives_with_and_without_a_length(running: Running) -> None:
    url = f"{running.address}verify"
    answer = requests.post(url, files={"file": ("a.pdf", b"%PDF-1.7 " + b"x" * (3 * MB))}, timeout=60)
    assert answer.status_code == 200
    content = b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\nABC\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    whole, pieces = (requests.post(url, data=data, headers=kind, timeout=60) for data in (content, iter([content])))
    assert (whole.status_code, pieces.status_code) == (200, 200)
    assert 'value="ABC"' in whole.text
    assert 'value="ABC"' in pieces.text


def test_nothing_is_left_of_bodies_after_a_kill(running: Running) -> None:
    lines = [post(running, "/verify", 20 * MB, "multipart/form-data; boundary=x") for _ in range(8)]
    for line in lines:
        line.sendall(b"x" * (2 * MB))
    until(lambda: spooled(running) > 8 * MB, "the bodies to arrive")
    left = running.data / "spool" / "left-by-a-killed-process"
    left.write_bytes(b"x" * 1000)
    victims = running.pids("web")
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not set(victims) & set(running.pids("web")), "the web to die")
    until(running.serves, "the web to come back")
    assert spooled(running) == 0
    assert list((running.data / "spool").iterdir()) == []
    for line in lines:
        line.close()


def test_five_failures_shut_out_no_device_that_is_known(running: Running) -> None:
    owner, attacker = Browser(running), Browser(running)
    assert owner.log_in("vanphong").status_code == 302
    owner.session.cookies.pop("sessionid")
    assert [attacker.log_in("vanphong", "sai").status_code for _ in range(6)] == [422] * 6
    assert attacker.log_in("vanphong").status_code == 422  # right, and too late
    assert owner.log_in("vanphong").status_code == 302


def test_fifty_invented_names_shut_out_nobody_behind_the_address(running: Running) -> None:
    attacker = Browser(running)
    assert {attacker.log_in(f"bia-dat-{n}", "sai").status_code for n in range(50)} == {422}
    assert Browser(running).log_in("taichinh").status_code == 302


def test_a_target_that_is_no_address_is_no_mistake_of_ours(running: Running) -> None:
    forged = "abc\n2026-11-22 08:00:00,000 INFO vamco.web.rim: forged"
    for target in ("abc", forged):
        answer = Browser(running).log_in("nongnghiep", target=target)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    requests.get(f"{running.address}nowhere%0A2026-11-22%20INFO%20forged", timeout=60)
    until(lambda: b"nowhere" in log(running), "the log to be written")
    assert not [line for line in log(running).splitlines() if line.startswith(b"2026-11-22 ") and b"forged" in line]


def log(running: Running) -> bytes:
    return (running.data / "logs" / "web.log").read_bytes()
