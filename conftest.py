"""Tests run on a real PostgreSQL, as the application's own role.

One server for the session; one template database, migrated by the owner and loaded with the pack; a copy of it for each
worker. A test marked `django_db` runs in a transaction that is rolled back. A test that needs real commits, threads or
processes asks for `fresh_db` and gets a copy of its own: the log refuses TRUNCATE, so nothing could be flushed.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.cli.durations import Recorder

ROOT = Path(__file__).parent
TEMPLATE = "vamco_template"
OWNER, APP, FOLDER = "VAMCO_TEST_OWNER", "VAMCO_TEST_APP", "VAMCO_TEST_FOLDER"
_numbers = itertools.count()
_closing = contextlib.ExitStack()
_recorder: Recorder | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    """Playwright leaves its loop marked as running in this thread for the rest of the session; other tests may run their own.

    The mark is taken away before any fixture is set up: with it Django keeps connections by task instead of by thread, and a
    test would not stand in the transaction that its fixture has opened.
    """
    loop = asyncio._get_running_loop()  # noqa: SLF001  # the pair of functions that event loops themselves use
    if loop is None or "browser" in getattr(item, "fixturenames", ()):
        return (yield)
    asyncio._set_running_loop(None)  # noqa: SLF001  # see above
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(loop)  # noqa: SLF001  # see above


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also the long runs")
    parser.addoption("--record", action="store_true", help="note what each file takes in tests/durations.json")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full"):
        skip = pytest.mark.skip(reason="a long run: ./vamco test --full")
        for item in items:
            if "full" in item.keywords:
                item.add_marker(skip)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Starts the server once, in the process that the others descend from.

    The short run draws the same examples each time, so that it says something about the change; `--full` draws new ones.
    No example has a deadline, and drawing them may be slow: a machine under load is no failure.
    """
    slow = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
    hypothesis.settings.register_profile("short", derandomize=True, **slow)
    hypothesis.settings.register_profile("full", **slow)
    hypothesis.settings.load_profile("full" if config.getoption("--full") else "short")
    if hasattr(config, "workerinput"):
        return
    from vamco.cli import durations, postgres

    if config.getoption("--record"):
        global _recorder  # noqa: PLW0603  # one a run
        _recorder = durations.Recorder(ROOT)
    if OWNER in os.environ:
        return

    folder = tempfile.mkdtemp(prefix="vamco-test-")
    Path(folder).chmod(0o711)  # as root, the database's own user must pass through
    _closing.callback(shutil.rmtree, folder, ignore_errors=True)
    server = _closing.enter_context(postgres.running(Path(folder) / "pg", {"fsync": "off"}))
    os.environ[FOLDER] = folder
    os.environ[OWNER] = server.url("owner")
    os.environ[APP] = server.url("app")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if _recorder is not None:
        _recorder.add(report.nodeid, report.duration)


def pytest_sessionfinish() -> None:
    if _recorder is not None:
        _recorder.save()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _closing.close()


def _admin(*statements: str, database: str = "postgres") -> list[Any]:
    with psycopg.connect(os.environ[OWNER], dbname=database, autocommit=True) as connection:
        found: list[Any] = []
        for statement in statements:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            found = cursor.fetchall() if cursor.description else []
        return found


def _copy(name: str) -> None:
    _admin(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")


def _use(name: str, url: str) -> None:
    """Points Django, in all threads, at a database."""
    from django.db import connections
    from pydantic import SecretStr

    from vamco.config.environment import database

    connections.close_all()
    connections.settings["default"].update(database(SecretStr(url)), NAME=name)
    connections["default"].settings_dict.update(connections.settings["default"])


def _make_template() -> None:
    """Builds the template if no other worker has."""
    with Path(os.environ.get(FOLDER, tempfile.gettempdir()), "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _admin(f"SELECT 1 FROM pg_database WHERE datname = '{TEMPLATE}'"):
            return
        from vamco.cli import cluster

        building = f"{TEMPLATE}_building"
        _admin(f"DROP DATABASE IF EXISTS {building}", f"CREATE DATABASE {building}")
        _admin(*cluster.grants(building), database=building)
        from django.core.management import call_command
        from django.db import connections

        from vamco.kernel.base.packs import public as packs

        _use(building, os.environ[OWNER])
        call_command("migrate", verbosity=0)
        _use(building, os.environ[APP])
        packs.load(ROOT / "packs" / "tayninh")
        connections.close_all()
        _admin(f"ALTER DATABASE {building} RENAME TO {TEMPLATE}")


@pytest.fixture(scope="session")
def worker_db(worker_id: str, django_db_blocker: Any) -> Iterator[str]:
    """The name of this worker's database."""
    name = f"vamco_{worker_id}"
    with django_db_blocker.unblock():
        _make_template()
        _admin(f"DROP DATABASE IF EXISTS {name}")
        _copy(name)
        _use(name, os.environ[APP])
        yield name
        from django.db import connections

        connections.close_all()


@pytest.fixture(scope="session")
def django_db_setup(worker_db: str) -> None:
    """pytest-django's own set-up would create and flush as one role; ours copies a template."""


@pytest.fixture
def fresh_db(worker_db: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of the test's own, in which commits are real; gives the application's URL."""
    name = f"{worker_db}_{next(_numbers)}"
    _copy(name)
    with django_db_blocker.unblock():
        _use(name, os.environ[APP])
        try:
            yield psycopg.conninfo.make_conninfo(os.environ[APP], dbname=name)
        finally:
            _use(worker_db, os.environ[APP])
            with contextlib.suppress(
                psycopg.errors.ObjectInUse
            ):  # a thread of the test may still hold it; the server goes soon
                _admin(f"DROP DATABASE {name}")


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, settings: Any) -> None:
    settings.VAMCO_DATA = tmp_path / "data"
