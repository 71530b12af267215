"""Checks a stranger's file in a process of its own, with little time and memory: no file can take the site down with it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any, Final

from vamco.kernel.record.signing.contracts import Report, Signature, Trust, Verdict
from vamco.lib.errors import N_, Unavailable

CPU_S: Final = 8  # a dozen signatures take two
WAIT_S: Final = 12
TURN_S: Final = 1  # so long a thread of the site waits for its turn; the site has others to serve
MEMORY: Final = 1 << 30
_room = threading.BoundedSemaphore(1)  # so many at once in this process, which has more threads than that
_MOMENTS: Final = ("claimed_at", "stamped_at", "certificate_from", "certificate_to")


def verify(pdf: bytes, trust: Trust, *, now: dt.datetime) -> Report:
    """Give the same as `verifying.verify`; UNREADABLE for a file that takes too long. Unavailable while too many are checked."""
    if not _room.acquire(timeout=TURN_S):
        raise Unavailable("signing.busy", N_("Too many files are being checked. Please try again in a moment."))
    try:
        question = json.dumps({**_trust_written(trust), "now": now.isoformat()}).encode()
        environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
        done = subprocess.run(  # noqa: S603  # our own module
            [sys.executable, "-m", __name__],
            input=question + b"\n" + pdf,
            env=environment,
            capture_output=True,
            timeout=WAIT_S,
            check=True,
        )
        return _report_read(json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError):
        return Report(verdict=Verdict.UNREADABLE, sha256=hashlib.sha256(pdf).hexdigest())
    finally:
        _room.release()


def main() -> None:
    """Read trust and file from the standard input, write the report to the standard output."""
    import resource

    from vamco.kernel.record.signing.rules import verifying

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    head, _, pdf = sys.stdin.buffer.read().partition(b"\n")
    question = json.loads(head)
    now = dt.datetime.fromisoformat(question.pop("now"))
    trust = Trust(**{name: tuple(map(base64.b64decode, items)) for name, items in question.items()})
    report = verifying.verify(pdf, trust, now=now)
    sys.stdout.write(json.dumps(asdict(report), default=dt.datetime.isoformat))


def _trust_written(trust: Trust) -> dict[str, list[str]]:
    return {name: [base64.b64encode(item).decode() for item in items] for name, items in asdict(trust).items()}


def _report_read(content: dict[str, Any]) -> Report:
    signatures = []
    for item in content["signatures"]:
        moments = {name: dt.datetime.fromisoformat(item[name]) if item[name] else None for name in _MOMENTS}
        signatures.append(Signature(**{**item, **moments, "verdict": Verdict(item["verdict"])}))
    return Report(
        verdict=Verdict(content["verdict"]),
        sha256=content["sha256"],
        signatures=tuple(signatures),
        stamps=tuple(map(dt.datetime.fromisoformat, content["stamps"])),
    )


if __name__ == "__main__":
    main()
