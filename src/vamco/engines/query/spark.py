"""Spark Connect: a cluster's address, or Sail in this process."""

from __future__ import annotations

import atexit
import os
import re
import socket
import sys
import threading
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    from pyspark.sql.connect.session import SparkSession
    from sqlglot import exp

    from vamco.vocab.relation import Relation


class SparkConnect:
    """Answers from the lake's tables by location and snapshot, as `remote` ("sc://host:15002") sees the same storage.

    Without `remote`, Sail answers in this process: started at the first question, stopped with the process.
    """

    def __init__(self, remote: str | None = None) -> None:
        self._remote = remote
        self._session: SparkSession | None = None
        self._turn = threading.Lock()

    def run(self, query: exp.Query, relations: Mapping[str, Relation]) -> pa.Table:
        """Give the answer; Refused for a question outside the language, Unavailable when there is no engine."""
        from sqlglot import exp

        from vamco.engines.query.language import prepare, widen_sums
        from vamco.engines.query.result import normalise

        prepared = widen_sums(prepare(query, relations))
        # Views belong to the session: a name of their own for each question keeps questions apart.
        views = {name: f"v{uuid.uuid4().hex}" for name in relations}
        for table in prepared.find_all(exp.Table):
            if table.name in views:
                table.set("this", exp.to_identifier(views[table.name]))
        from pyspark.errors import AnalysisException, ParseException, PySparkException

        sql = prepared.sql(dialect="spark")
        try:
            try:
                return normalise(self._ask(sql, relations, views))
            except PySparkException as error:
                if _FORGOTTEN not in str(error):
                    raise
                # A server drops a session that nobody used for a while (Sail after 15 minutes): that is no failure.
                self._session = None
                return normalise(self._ask(sql, relations, views))
        except (AnalysisException, ParseException) as error:
            raise Refused(
                "query.failed", N_("The question cannot be answered: %(reason)s"), reason=_first_line(error)
            ) from error
        except PySparkException as error:
            self._session = None  # it may be what is broken
            raise Unavailable(
                "query.engine", N_("The query engine could not answer: %(reason)s"), reason=_first_line(error)
            ) from error

    def _ask(self, sql: str, relations: Mapping[str, Relation], views: Mapping[str, str]) -> pa.Table:
        from vamco.engines.query.language import ZONE

        session = self._connected()
        # With each question: a session that the server has forgotten comes back without its settings.
        session.conf.set("spark.sql.session.timeZone", ZONE)
        shown: list[str] = []
        try:
            for name, relation in relations.items():
                if self._remote is None:
                    _check_path(relation.location)
                _show(session, views[name], relation)
                shown.append(views[name])
            return session.sql(sql).toArrow()
        finally:
            for view in shown:
                session.catalog.dropTempView(view)

    def _connected(self) -> SparkSession:
        with self._turn:
            if self._session is None:
                self._session = _connect(self._remote or _sail())
            return self._session

    def close(self) -> None:
        """End the session; the next question begins a new one."""
        with self._turn:
            if self._session is not None:
                self._session.stop()
                self._session = None


def _check_path(location: str) -> None:
    if not _SAIL_READS.fullmatch(location):
        raise Unavailable(
            "query.unreadable_path",
            N_("Sail cannot read the folder “%(path)s”: use only a–z, A–Z, 0–9 and . _ - in the names of folders."),
            path=location,
        )


def _show(session: SparkSession, view: str, relation: Relation) -> None:
    from vamco.engines.query.language import empty

    if relation.snapshot is None:
        frame = session.sql(empty(relation).sql(dialect="spark"))
    else:
        # Always with the snapshot: without it Sail takes the newest metadata file, which may be one that never committed.
        frame = session.read.format("iceberg").option("snapshotId", str(relation.snapshot)).load(relation.location)
        for name, kind in relation.columns.items():
            if kind == "timestamptz":
                # Sail reads a moment as one in UTC and would take its date there, not in the session's time zone.
                frame = frame.withColumn(name, frame[name].cast("timestamp"))
    frame.createOrReplaceTempView(view)


def _connect(address: str) -> SparkSession:
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):  # python -c, a spawned worker: PySpark would think of its doctests and exit
        main.__file__ = sys.executable
    try:
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise _not_installed() from error
    _knock(address)
    return SparkSession.builder.remote(address).create()


def _knock(address: str) -> None:
    """Refuse an address where nobody answers: the client itself would try for ten minutes."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname or "", parts.port or _PORT), timeout=_PATIENCE).close()
    except OSError as error:
        raise Unavailable(
            "query.engine", N_("The query engine could not answer: %(reason)s"), reason=str(error)
        ) from error


_SAIL_READS = re.compile(r"[A-Za-z0-9._/:-]+")  # what needs quoting in a URL, Sail quotes twice
_FORGOTTEN = "is not running"  # how Sail says that it has dropped an idle session
_PORT = 15002
_PATIENCE = 5.0  # seconds
_sail_server: Any = None
_sail_turn = threading.Lock()


def _sail() -> str:
    """Give the address of the one Sail server of this process."""
    global _sail_server  # noqa: PLW0603 - one server for the process, whoever asks first
    with _sail_turn:
        if _sail_server is None:
            os.environ.setdefault("RUST_LOG", "error")
            try:
                from pysail.spark import SparkConnectServer
            except ImportError as error:
                raise _not_installed() from error
            server = SparkConnectServer("127.0.0.1", 0)
            server.start(background=True)
            atexit.register(server.stop)
            _sail_server = server
        _, port = _sail_server.listening_address
        return f"sc://127.0.0.1:{port}"


def _not_installed() -> Unavailable:
    return Unavailable("query.no_spark", N_("Spark Connect is not installed: run “pip install vamco[spark]”."))


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
