"""A fresh PostgreSQL cluster with its two roles, and the passwords that only its owner can read.

The superuser has no password, so that nobody can log in as it: what only it may do is done in single-user mode.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.cli.ground import Ground

type_of_role = Literal["owner", "app"]
ROLES: Final[dict[type_of_role, str]] = {"owner": "vamco_owner", "app": "vamco_app"}
DATABASE: Final = "vamco"
SUPERUSER: Final = "postgres"
_PASSWORDS: Final = "passwords.json"
# PostgreSQL sees nothing of our own environment: there may be secrets in it.
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_ITERATIONS: Final = 4096


def ensure(ground: Ground, *, sync: bool = True) -> dict[type_of_role, str]:
    """Give the passwords of the roles, after making the cluster if there is none; a half-made one is made anew.

    `sync=False` may lose the cluster in a power cut, and is quicker.
    """
    passwords = _read(ground)
    lost = passwords is None
    if passwords is None:
        passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
        _write(ground, passwords)
    if not ground.data.exists():
        _create(ground, passwords, sync=sync)
        return passwords
    _same_version(ground)
    if lost:
        _single_user(ground, ground.data, [_password(role, word) for role, word in passwords.items()])
    return passwords


def _create(ground: Ground, passwords: dict[type_of_role, str], *, sync: bool) -> None:
    fresh = ground.home / "pgdata.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    ground.private(fresh)
    options = ["--username", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", "--auth=reject", "--no-instructions"]
    _run(ground, ["initdb", "-D", str(fresh), *options, *([] if sync else ["--no-sync"])])
    rights = "LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    _single_user(
        ground,
        fresh,
        [
            f"CREATE ROLE {ROLES['owner']} {rights} CREATEDB",
            f"CREATE ROLE {ROLES['app']} {rights} NOCREATEDB",
            *(_password(role, word) for role, word in passwords.items()),
            f"CREATE DATABASE {DATABASE} OWNER {ROLES['owner']}",
        ],
    )
    fresh.rename(ground.data)


def _password(role: type_of_role, word: str) -> str:
    return f"ALTER ROLE {ROLES[role]} PASSWORD '{scram(word)}'"


def scram(password: str, salt: bytes | None = None) -> str:
    """Give what PostgreSQL stores for an ASCII password (RFC 5803), so that no statement carries the password itself."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def grants(database: str = DATABASE) -> list[str]:
    """Give the statements by which the owner of `database` lets the application read and write rows, and no more."""
    owner, app = ROLES["owner"], ROLES["app"]
    default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT"
    return [
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
        f'GRANT CONNECT ON DATABASE "{database}" TO {app}',
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {app}",
        f"{default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"{default} USAGE ON SEQUENCES TO {app}",
    ]


def no_default_rights() -> list[str]:
    """Give the statements by which new tables and sequences of the owner are the owner's alone, until `grants`."""
    default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {ROLES['owner']} IN SCHEMA public REVOKE ALL ON"
    return [f"{default} {kind} FROM {ROLES['app']}" for kind in ("TABLES", "SEQUENCES")]


def administration() -> str:
    """Give what an administrator runs in `psql` on a server of their own, as its superuser; docs/configuration.md shows it."""
    rights = "LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB"
    kind = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    statements = [
        *(f"CREATE ROLE {name} {rights} PASSWORD '{role}-password'" for role, name in ROLES.items()),
        f"CREATE DATABASE {DATABASE} OWNER {ROLES['owner']} {kind}",
    ]
    return (
        "".join(f"{line};\n" for line in statements)
        + f"\\connect {DATABASE}\n"
        + "".join(f"{line};\n" for line in grants())
    )


def _single_user(ground: Ground, data: Path, statements: Iterable[str]) -> None:
    """Run statements as the superuser while no server runs, each on one line; stops at the first that fails."""
    options = ["-c", "exit_on_error=on", "-c", "log_min_error_statement=panic"]
    _run(ground, ["postgres", "--single", "-D", str(data), *options, SUPERUSER], "".join(f"{s};\n" for s in statements))


def _run(ground: Ground, argv: Sequence[str], text: str = "") -> None:
    """Run one of PostgreSQL's programs; Unavailable with its last words when it fails."""
    done = subprocess.run(  # noqa: S603  # our own binaries and arguments, no shell
        [str(ground.binaries / argv[0]), *argv[1:]],
        input=text,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=ENVIRONMENT,
        cwd="/",
        umask=0o077,
        user=ground.user[0] if ground.user else None,
        group=ground.user[1] if ground.user else None,
        extra_groups=[] if ground.user else None,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        raise Unavailable(
            "postgres.set_up",
            N_("PostgreSQL could not be set up in %(home)s: “%(program)s” failed:\n%(tail)s"),
            home=ground.home,
            program=argv[0],
            tail="\n".join(lines[-8:]),
        )


def _same_version(ground: Ground) -> None:
    found = (ground.data / "PG_VERSION").read_text().strip()
    said = subprocess.run(  # noqa: S603  # our own binary
        [str(ground.binaries / "postgres"), "--version"], capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    wanted = said.stdout.split()[2].split(".")[0]
    if found != wanted:
        raise Refused(
            "postgres.version",
            N_(
                "The database in %(home)s was made by PostgreSQL %(found)s, and this is PostgreSQL %(wanted)s. "
                "Dump it with the version of Vàm Cỏ that made it and load the dump here."
            ),
            home=ground.home,
            found=found,
            wanted=wanted,
        )


def known_passwords(ground: Ground) -> dict[type_of_role, str]:
    """Give the passwords of a cluster that is there; FileNotFoundError without them."""
    found = _read(ground)
    if found is None:
        raise FileNotFoundError(ground.home / _PASSWORDS)
    return found


def forget_passwords(ground: Ground) -> None:
    """Remove the passwords of a cluster that is gone."""
    (ground.home / _PASSWORDS).unlink(missing_ok=True)


def _read(ground: Ground) -> dict[type_of_role, str] | None:
    try:
        found = json.loads((ground.home / _PASSWORDS).read_text())
        return {role: str(found[role]) for role in ROLES}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _write(ground: Ground, passwords: dict[type_of_role, str]) -> None:
    descriptor, scratch = tempfile.mkstemp(dir=ground.home, prefix=_PASSWORDS)  # mkstemp gives it mode 0600
    with os.fdopen(descriptor, "w") as file:
        json.dump(passwords, file)
        file.flush()
        os.fsync(file.fileno())
    Path(scratch).replace(ground.home / _PASSWORDS)
