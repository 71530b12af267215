"""`vamco up`: ports, what is prepared again and what is not, a start and an end that leave nothing behind."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import pwd
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from vamco.cli import console, ports, processes
from vamco.cli import province as running
from vamco.cli.processes import Log, Supervisor
from vamco.cli.tests.conftest import until
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


# Ports


def test_the_usual_port_or_the_next_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with listener() as taken:
        monkeypatch.setattr(running, "PORT", taken)
        assert taken < running._port("127.0.0.1", None) <= taken + 19
        monkeypatch.setattr(running, "_PORTS", 1)
        with pytest.raises(Refused, match=f"Port {taken}-{taken} on 127.0.0.1 is taken"):
            running._port("127.0.0.1", None)


def test_a_port_that_was_asked_for_is_taken_or_refused() -> None:
    with listener() as taken:
        with pytest.raises(Refused, match=f"Port {taken} on 127.0.0.1 is taken. Choose another with --port."):
            running._port("127.0.0.1", taken)
        free = running._port("127.0.0.1", 0)
        assert free != taken
    assert running._port("127.0.0.1", free) == free


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "localhost"), ("::1", "[::1]"), ("0.0.0.0", socket.gethostname())]
)
def test_the_address_that_is_shown_can_be_opened(host: str, shown: str) -> None:
    assert running._shown(host) == shown


def test_a_port_without_pages_does_not_answer() -> None:
    with listener() as port:
        pass
    assert not ports.answers("127.0.0.1", port, "/log-in")


@pytest.mark.parametrize(("status", "answers"), [(200, (True, True)), (302, (False, True)), (404, (False, True))])
def test_what_listens_everywhere_is_asked_on_this_machine(status: int, answers: tuple[bool, bool]) -> None:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers["Host"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    seen: list[tuple[str, str]] = []
    with http.server.ThreadingHTTPServer(("0.0.0.0", 0), Page) as server:  # that it listens everywhere is the question
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        assert (ports.answers("0.0.0.0", port), ports.answers("0.0.0.0", port, "/log-in")) == answers
        server.shutdown()
    assert seen == [("/health", "localhost"), ("/log-in", "localhost")]


# Preparation


@pytest.fixture
def province(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[running.Province, list[str]]:
    """A province whose programs are recorded instead of run."""
    ran: list[str] = []
    monkeypatch.setattr(running.processes, "run", lambda argv, env, **_: ran.append(argv[-1]))
    monkeypatch.setattr(running, "CHECKOUT", tmp_path)
    (tmp_path / "src" / "vamco").mkdir(parents=True)
    (tmp_path / "src" / "vamco" / "a.py").write_text("a = 1\n")
    (tmp_path / "pack").mkdir()
    (tmp_path / "data").mkdir()
    environment = {"VAMCO_PACK": str(tmp_path / "pack"), "VAMCO_DEMO": "true"}
    return running.Province("http://x/", tmp_path / "data", environment, Supervisor()), ran


def prepare(province: running.Province, *, known: bool = True) -> None:
    running._prepare(province, province.environment, known=known)


def test_it_prepares_once_and_again_when_code_pack_or_database_is_another(
    province: tuple[running.Province, list[str]], tmp_path: Path
) -> None:
    place, ran = province
    prepare(place, known=False)
    assert ran == ["vamco.cli.prepare"]
    prepare(place)
    assert len(ran) == 1
    (tmp_path / "src" / "vamco" / "a.py").write_text("a = 22\n")
    prepare(place)
    assert len(ran) == 2
    (tmp_path / "pack" / "places.csv").write_text("code\n")
    prepare(place)
    assert len(ran) == 3
    prepare(place)
    assert len(ran) == 3
    prepare(place, known=False)
    assert len(ran) == 4


def test_a_failed_preparation_is_repeated(
    province: tuple[running.Province, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, ran = province
    prepare(place)

    def fail(*_: Any, **__: Any) -> None:
        raise Unavailable("test.fail", "no")

    with monkeypatch.context() as patch:
        patch.setattr(running.processes, "run", fail)
        with pytest.raises(Unavailable):
            prepare(place, known=False)
    prepare(place)
    assert len(ran) == 2


def test_secrets_go_only_where_they_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAMCO_ALLOWED_HOSTS", raising=False)
    first = running._environment(tmp_path, "::1", 8000, demonstration=True)
    second = running._environment(tmp_path, "127.0.0.1", 8000, demonstration=True)
    assert "DATABASE_OWNER_URL" not in first
    assert first["VAMCO_TREASURY_TOKEN"] != second["VAMCO_TREASURY_TOKEN"]
    assert len(first["VAMCO_TREASURY_TOKEN"]) >= 32
    assert "[::1]" in first["VAMCO_ALLOWED_HOSTS"].split(",")


# Programs that run to their end


def test_a_step_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    log = Log(tmp_path / "step.log")
    processes.run(["sh", "-c", "echo fine"], os.environ, name="step", log=log)
    assert log.tail() == "fine"
    with pytest.raises(Unavailable, match=r"step has failed \(exit code 3\)\. fine\nno room"):
        processes.run(["sh", "-c", "echo no room; exit 3"], os.environ, name="step", log=log)
    with pytest.raises(Unavailable, match=r"step has failed \(exit code 4\)"):
        processes.run(["sh", "-c", "exit 4"], os.environ, name="step", log=None)


def test_a_step_ends_when_we_are_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "ended"
    listens = tmp_path / "listens"
    script = f"trap 'touch {mark}; exit' TERM; touch {listens}; while :; do sleep 0.05; done"

    def interrupt(*_: Any) -> int:
        monkeypatch.undo()
        until(listens.exists)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        processes.run(["sh", "-c", script], os.environ, name="step", log=None)
    assert mark.exists()


# Words


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "vi_VN"}, "vi"),
        ({"LC_ALL": "C.UTF-8", "LANG": "vi_VN"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminal_s_language(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert console.language() == language


def test_a_message_is_filled_and_an_error_goes_to_the_other_output(capsys: pytest.CaptureFixture[str]) -> None:
    console.say(N_("%(name)s runs again."), name="web")
    console.complain("up", Refused("test.no", "no %(what)s", what="room"))
    said = capsys.readouterr()
    assert "web" in said.out
    assert said.err == "vamco up: no room\n"


# The real thing


class Running:
    """A real `vamco up` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("VAMCO_", "DATABASE_"))}
        environment["PYTHONPATH"] = ":".join(filter(None, sys.path))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vamco", "up", "--data", str(folder), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.said: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("Ctrl-C"):
                break
        found = re.search(r"http://localhost:\d+/", "".join(self.said))
        if found is None:
            self.close()
        assert found, "".join(self.said)
        self.address = found[0]

    def page(self, path: str) -> int:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def close(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process.wait()


def programs_of(folder: Path) -> list[str]:
    """Gives the command lines of the processes that carry the folder in their environment or command."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            words = (entry / "cmdline").read_bytes()
            if state != "Z" and (str(folder).encode() in words + (entry / "environ").read_bytes()):
                found.append(words.replace(b"\0", b" ").decode(errors="replace"))
    return found


def users_of(folder: Path) -> set[int]:
    """Gives the real, effective, saved and file system users of the processes that carry the folder."""
    found: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes():
                line = next(each for each in (entry / "status").read_text().splitlines() if each.startswith("Uid:"))
                found |= set(map(int, line.split()[1:]))
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_started_as_root_nothing_runs_as_root_also_on_what_an_earlier_root_made(folder: Path, tmp_path: Path) -> None:
    for name in ("secret_key", "files/ab/cd", "logs/web.log", "logs/worker.log", "hub/1/part"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / name).write_text("x" * 50)
        (folder / name).chmod(0o600)
    foreign = tmp_path / "foreign"
    foreign.write_text("root's")
    foreign.chmod(0o600)
    (folder / "logs" / "link").symlink_to(foreign)
    twice = folder / "logs" / "twice"
    twice.write_text("root's")
    os.link(twice, folder / "logs" / "again")
    province = Running(folder)
    try:
        assert province.page("/log-in") == 200
        until(lambda: any("worker" in words for words in programs_of(folder)), within=60)
        vamco = pwd.getpwnam("vamco").pw_uid
        assert len(programs_of(folder)) >= 7
        assert users_of(folder) == {vamco}
        assert not (Path(f"/proc/{province.process.pid}/status").read_text().split("CapEff:")[1].split()[0].strip("0"))
    finally:
        province.process.send_signal(signal.SIGINT)
        assert province.process.wait(60) == 0
        province.close()
    left = {path.name for path in folder.rglob("*") if path.lstat().st_uid != vamco}
    assert left == {"twice", "again"}
    assert foreign.stat().st_uid == 0


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_it_starts_and_leaves_nothing_behind(folder: Path, sign: signal.Signals) -> None:
    province = Running(folder)
    try:
        assert province.page("/log-in") == 200
        assert len(programs_of(folder)) >= 6
        province.process.send_signal(sign)
        assert province.process.wait(60) == (0 if sign == signal.SIGINT else -9)
        until(lambda: programs_of(folder) == [], within=120)
    finally:
        province.process.kill()
        province.close()
