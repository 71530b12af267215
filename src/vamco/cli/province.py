"""A running province on this machine: database, web and worker, and for the demonstration its departments."""

from __future__ import annotations

import hashlib
import os
import resource
import secrets
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vamco.cli import cameras, counterparts, ground, issuer, national, ports, postgres, processes, simulated_bank, usage
from vamco.cli.console import complain, say
from vamco.cli.processes import Log, Program, Supervisor
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from contextlib import ExitStack

CHECKOUT: Final = Path(__file__).resolve().parents[3]
PORT: Final = 8000
_PORTS: Final = 20  # so many are tried when the usual one is taken
_WEB_WORKERS = 2
_CONNECTIONS: Final = 8192  # of one web process, where the machine lets it have so many files
_OTHER_FILES: Final = 256  # that a web process has open beside its connections and bodies
_FIRST_PAGE: Final = "/log-in"
_IDLE: Final = 15_000  # milliseconds in which a connection must bring the whole head of its next request


@dataclass
class Province:
    """A started province: where it answers, and how long each step of the start took, in seconds."""

    address: str
    data: Path
    environment: dict[str, str]
    supervisor: Supervisor
    seconds: dict[str, float] = field(default_factory=dict)


def start(
    stack: ExitStack,
    *,
    data: Path | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    today: dt.date | None = None,
    demonstration: bool = True,
) -> Province:
    """Start a province whose services end with `stack`; returns when its first page can be asked for, and `fill` follows.

    `data`: VAMCO_DATA, or `.vamco` in the checkout. `port`: PORT or the next free one; 0 takes any. `today`:
    a day to stand still on, unless VAMCO_TODAY names one. `demonstration`: with departments that make data up, and their log-ins.
    """
    folder = ground.data_folder(data or chosen_folder())
    os.umask(0o077)  # what we write from now on is for nobody else
    port = _port(host, port)
    environment = _environment(folder, host, port, demonstration=demonstration)
    if today is not None:
        environment.setdefault("VAMCO_TODAY", today.isoformat())
    server: postgres.Server | None = None
    if "DATABASE_URL" in os.environ:
        stack.enter_context(postgres.owned(folder))
    else:
        server = stack.enter_context(postgres.reserved(folder))
    usage.claim(folder, usage.DEMONSTRATION if demonstration else usage.PROVINCE)
    supervisor = stack.enter_context(Supervisor(lambda message, data: say(message, **data)))
    province = Province(f"http://{_shown(host)}:{port}/", folder, environment, supervisor)
    owner = dict(environment)
    known = server is not None and server.ground.data.exists()
    if server is not None:
        _timed(province, "database", lambda: supervisor.start(server))
        environment["DATABASE_URL"] = owner["DATABASE_URL"] = server.url()
        owner["DATABASE_OWNER_URL"] = server.url("owner")
    environment.pop("DATABASE_OWNER_URL", None)  # only the preparation may change tables
    _prepare(province, owner, known=known)
    _start_services(province, host, port)
    return province


def chosen_folder() -> Path:
    """Give the data folder where none is named: VAMCO_DATA, or `.vamco` in the checkout."""
    return Path(os.environ.get("VAMCO_DATA") or CHECKOUT / ".vamco")


def chosen_pack() -> Path:
    """Give the pack: VAMCO_PACK, or the province that comes with the checkout."""
    return Path(os.environ.get("VAMCO_PACK") or CHECKOUT / "packs" / "tayninh")


def _environment(folder: Path, host: str, port: int, *, demonstration: bool) -> dict[str, str]:
    """Give the environment of all our programs, but for the database's addresses."""
    site = os.environ.get("VAMCO_SITE_URL") or f"http://{_shown(host)}:{port}"
    hosts = dict.fromkeys(["localhost", "127.0.0.1", "[::1]", _shown(host), urlsplit(site).hostname or "localhost"])
    common = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PYTHONSAFEPATH": "1",  # modules come from the installation, not from where we were called
        "DJANGO_SETTINGS_MODULE": "vamco.config.settings",
        "VAMCO_DATA": str(folder),
        "VAMCO_PACK": str(chosen_pack().absolute()),
        "VAMCO_SITE_URL": site,
        "VAMCO_ALLOWED_HOSTS": os.environ.get("VAMCO_ALLOWED_HOSTS") or ",".join(hosts),
        "VAMCO_DEMO": "true" if demonstration else "false",
    }
    if not demonstration:
        return common
    department = ports.free("127.0.0.1")
    return {
        **common,
        **issuer.settings(folder, host, _shown(host), site, chosen_pack()),
        **counterparts.settings(chosen_pack()),
        **simulated_bank.settings(host, _shown(host)),
        **national.settings(folder, _shown(host), ports.free(host), chosen_pack()),
        "VAMCO_TREASURY_URL": f"http://127.0.0.1:{department}",
        "VAMCO_TREASURY_TOKEN": secrets.token_urlsafe(24),
        "VAMCO_SHARED_FOLDER": str(folder / "demo" / "shared"),
        "VAMCO_REPORTS_PORTAL": f"http://localhost:{ports.free('127.0.0.1')}",
    }


def prepared(folder: Path, pack: Path) -> bool:
    """Return whether the tables and the pack of a data folder were prepared by this code from this pack."""
    mark = folder / "prepared"
    return mark.is_file() and mark.read_text() == _fingerprint(pack)


def _prepare(province: Province, environment: Mapping[str, str], *, known: bool) -> None:
    """Bring tables, pack and log-ins up to date, unless the database is `known` and nothing has changed since."""
    mark, pack = province.data / "prepared", Path(environment["VAMCO_PACK"])
    if known and prepared(province.data, pack):
        return
    now = _fingerprint(pack)
    mark.unlink(missing_ok=True)
    demonstration = environment["VAMCO_DEMO"] == "true"
    say(N_("Preparing tables, pack and log-ins …") if demonstration else N_("Preparing tables and pack …"))
    words = [sys.executable, "-m", "vamco.cli.prepare"]
    log = _log(province, "prepare")
    _timed(province, "prepare", lambda: processes.run(words, environment, name="prepare", log=log))
    mark.write_text(now)


def _fingerprint(pack: Path) -> str:
    """Give a sum of what the preparation depends on: the code and the pack, by name, size and time of change."""
    found = hashlib.sha256()
    for path in sorted([*(CHECKOUT / "src" / "vamco").rglob("*.py"), *pack.rglob("*")]):
        told = path.stat()
        found.update(f"{path}\0{told.st_size}\0{told.st_mtime_ns}\0".encode())
    return found.hexdigest()


def _start_services(province: Province, host: str, port: int) -> None:
    environment, python = province.environment, sys.executable
    web = ["--interface", "asginl", "--http", "1", "--no-ws", "--host", host, "--port", str(port)]
    web += ["--workers", str(_WEB_WORKERS), "--respawn-failed-workers", "--workers-kill-timeout", "5"]
    web += ["--backlog", "4096", "--backpressure", str(_connections()), "--http1-header-read-timeout", str(_IDLE)]
    programs = [
        Program(
            "web",
            [python, "-m", "granian", *web, "vamco.config.asgi:application"],
            _log(province, "web"),
            environment,
            ready=lambda: ports.answers(host, port, _FIRST_PAGE),
            folder=CHECKOUT,  # granian looks for modules from where it runs
        )
    ]
    if environment["VAMCO_DEMO"] == "true":
        programs.insert(0, _departments(province))
        if counterparts.simulated(environment):
            programs.insert(0, counterparts.program(environment, _log(province, "counterparts")))
        if issuer.simulated(environment):
            programs.insert(0, issuer.program(environment, host, _log(province, "issuer")))
        if simulated_bank.simulated(environment):
            programs.insert(
                0, simulated_bank.program(environment, province.address.rstrip("/"), host, _log(province, "bank"))
            )
        if national.simulated(environment):
            programs.insert(0, national.program(environment, host, _log(province, "national")))
    for program in programs:
        _timed(province, program.name, lambda program=program: province.supervisor.start(program))  # type: ignore[misc]


def _departments(province: Province) -> Program:
    environment = province.environment
    port = environment["VAMCO_TREASURY_URL"].rpartition(":")[2]
    words = ["--folder", str(province.data / "demo"), "--port", port, "--pack", environment["VAMCO_PACK"]]
    if environment.get("VAMCO_TODAY"):
        words += ["--today", environment["VAMCO_TODAY"]]
    argv = [sys.executable, "-m", "vamco.cli.departments", *words]
    return Program("department", argv, _log(province, "department"), environment)


def fill(province: Province, *, quiet: bool = False, demonstration: bool = True) -> bool:
    """Fetch what the departments have, with progress bars, then let the worker go on; tells whether the fetching worked.

    The worker comes after, so that it neither fetches the same at the same time nor takes the processors from the first
    page. `quiet`: the bars go to a log. Without a demonstration the worker fetches by the clock.
    """
    worked = _collect(province, _log(province, "collect") if quiet else None) if demonstration else True
    words = [sys.executable, "-m", "vamco", "worker", "--alone"]
    worker = Program("worker", words, _log(province, "worker"), province.environment, grace=25)
    _timed(province, "worker", lambda: province.supervisor.start(worker))
    clips = CHECKOUT / "src" / "vamco" / "demo" / "street" / "clips"
    if demonstration and cameras.watched(clips):
        province.supervisor.start(cameras.program(province.environment, _log(province, "cameras"), clips))
    if portal := province.environment.get("VAMCO_REPORTS_PORTAL"):
        words = [sys.executable, "-m", "vamco.cli.reports_portal", "--port", portal.rpartition(":")[2]]
        province.supervisor.start(
            Program("reports portal", words, _log(province, "reports_portal"), province.environment)
        )
    return worked


def _collect(province: Province, log: Log | None) -> bool:
    words = [sys.executable, "-m", "vamco.cli.collect"]
    try:
        _timed(province, "collect", lambda: processes.run(words, province.environment, name="collect", log=log))
    except Unavailable as error:  # the province serves what it has
        complain("up", error)
        return False
    return True


def _connections() -> int:
    """Return how many connections a web process takes; each of them may have a body in a file beside it.

    The web raises its own limit of open files to the one that we see here.
    """
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return _CONNECTIONS if limit == resource.RLIM_INFINITY else max(64, min(_CONNECTIONS, (limit - _OTHER_FILES) // 2))


def _timed(province: Province, step: str, run: Callable[[], None]) -> None:
    begun = time.monotonic()
    run()
    province.seconds[step] = round(time.monotonic() - begun, 3)


def _log(province: Province, name: str) -> Log:
    return Log(province.data / "logs" / f"{name}.log")


def _port(host: str, wanted: int | None) -> int:
    """Give a port that is free: the one wanted, else the usual or one of those after it."""
    if wanted == 0:
        return ports.free(host)
    for port in [wanted] if wanted else range(PORT, PORT + _PORTS):
        if _can_bind(host, port):
            return port
    raise Refused(
        "up.port_taken",
        N_("Port %(port)s on %(host)s is taken. Choose another with --port."),
        port=wanted or f"{PORT}-{PORT + _PORTS - 1}",
        host=host,
    )


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _can_bind(host: str, port: int) -> bool:
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Refused(
                "up.port_forbidden",
                N_("Only root may open port %(port)s, and Vàm Cỏ does not run as root: put a proxy before it."),
                port=port,
            ) from error
        except OSError:
            return False
    return True


def _shown(host: str) -> str:
    """Give the host as it stands in an address; one that means “everywhere” is shown as this machine's name."""
    if host == "127.0.0.1":  # passkeys and some cookies refuse bare addresses
        return "localhost"
    if host in {"0.0.0.0", "::"}:  # noqa: S104  # compared, not bound
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
