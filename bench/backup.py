"""What a backup costs, in time and bytes, against plain `pg_dump` and `cp -r` of the same province in the same run; and its restore.

The demonstration's province with 200 MB of files beside it, while it runs. The peer proves nothing, knows no moment and keeps no manifest.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.cli.province import Province

FILES, FILE_BYTES = 200, 1_000_000


def run() -> Iterable[Figure]:
    """Back up twice, the peer once, restore."""
    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, ExitStack() as stack:
        room = Path(name)
        room.chmod(0o711)
        from vamco.cli import province as running

        province = running.start(stack, data=room / "data", port=0)
        running.fill(province, quiet=True)
        _add_files(province)
        target, plain = room / "backups", room / "plain"
        first = _timed("backup", target, "--data", province.data)
        size = _size(target)
        peer = _plain(province, plain)
        second = _timed("backup", target, "--data", province.data)
        more = _size(target) - size
        yield Figure("backup", "first_backup", first, "s", peer="pg_dump and cp -r", peer_value=peer)
        yield Figure("backup", "second_backup", second, "s", peer="pg_dump and cp -r", peer_value=peer)
        yield Figure(
            "backup", "first_backup_size", size / 1e6, "MB", peer="pg_dump and cp -r", peer_value=_size(plain) / 1e6
        )
        yield Figure(
            "backup", "second_backup_adds", more / 1e6, "MB", peer="pg_dump and cp -r", peer_value=_size(plain) / 1e6
        )
        yield Figure("backup", "check", _timed("backup", "--check", target), "s")
        yield Figure("backup", "restore_and_proof", _timed("restore", target, "--data", room / "new"), "s")


def _add_files(province: Province) -> None:
    code = (
        "import io, secrets, django; django.setup(); from vamco.kernel.record.files import public as files\n"
        f"for n in range({FILES}): files.store(io.BytesIO(secrets.token_bytes({FILE_BYTES})), name=f'{{n}}.bin')"
    )
    subprocess.run([sys.executable, "-c", code], env=province.environment, check=True)  # our own code


def _timed(*words: str | Path) -> float:
    begun = time.monotonic()
    argv = [sys.executable, "-m", "vamco", *map(str, words)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VAMCO_", "DATABASE_"))}
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env=environment)  # our own command
    return time.monotonic() - begun


def _plain(province: Province, plain: Path) -> float:
    """Do what an administrator would do by hand."""
    from vamco.cli import backup_database

    plain.mkdir()
    with backup_database.opened(province.data) as base:
        begun = time.monotonic()
        dump = [
            str(base.program("pg_dump", 18)),
            "--format=custom",
            "--compress=1",
            f"--file={plain / 'dump'}",
            base.owner,
        ]
        subprocess.run(dump, check=True)  # PostgreSQL's own program
        for folder in ("files", "lake"):
            subprocess.run(["cp", "-r", str(province.data / folder), str(plain)], check=True)
        os.sync()
        return time.monotonic() - begun


def _size(folder: Path) -> int:
    """Return the bytes on the disk; a file with several names counts once."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            seen = path.stat()
            found[seen.st_ino] = seen.st_size
    return sum(found.values())
