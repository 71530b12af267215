"""The figures of dossiers: deadlines, random ways, and a province with a year of them under mixed load, on the same cores as those who ask.

A year is made by COPY (`onestop/tests/many`); some of it, drawn by chance, is told again by the engine, which must write the same, field by
field. Then officials list and search, and citizens and officials together ask the running site: 60 % look-ups and lists, 25 % catalogue,
10 % a page of a form, 5 % a sending. VAMCO_BENCH_DOSSIERS says how many there are, VAMCO_BENCH_ALIKE how many are told again,
VAMCO_BENCH_SECONDS how long is asked, VAMCO_BENCH_ALONE=1 leaves the other measurements out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure, measured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.cli.province import Province

CHECKOUT = Path(__file__).resolve().parents[1]
NAME = "dossiers"
DOSSIERS, ALIKE = (
    int(os.environ.get("VAMCO_BENCH_DOSSIERS", "1650000")),
    int(os.environ.get("VAMCO_BENCH_ALIKE", "1000")),
)
SECONDS, ALONE = float(os.environ.get("VAMCO_BENCH_SECONDS", "60")), bool(os.environ.get("VAMCO_BENCH_ALONE"))
OTHERS = ("dossiers_deadlines", "dossiers_ways")
CLIENTS, PROCESSES = 8, 2


def run() -> Iterable[Figure]:
    """The other measurements, then a province with a year of dossiers."""
    for name in () if ALONE else OTHERS:
        yield from measured(name)
    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, ExitStack() as stack:
        Path(name).chmod(0o711)
        from vamco.cli import postgres
        from vamco.cli import province as running

        server = stack.enter_context(postgres.running(Path(name) / "pg"))
        server.grant()
        os.environ.update(DATABASE_URL=server.url("app"), DATABASE_OWNER_URL=server.url("owner"))
        province = running.start(stack, data=Path(name) / "data", port=0)
        running.fill(province, quiet=True)
        yield from _filled(province)
        yield from _asked(province)


def _filled(province: Province) -> Iterable[Figure]:
    told = _inside(province, "fill", str(DOSSIERS), str(ALIKE), str(PROCESSES))
    yield Figure(NAME, "filled", told["dossiers"], "", reach=f">= {DOSSIERS}")
    yield Figure(NAME, "filled_in", told["seconds"], "s")
    yield Figure(NAME, "tables_and_indexes", told["bytes"] / 1e9, "GB")
    yield Figure(NAME, "told_again_by_the_engine", told["alike"], "", reach=f">= {ALIKE}")
    yield Figure(NAME, "fields_that_differ", told["differ"], "", reach="<= 0")


def _asked(province: Province) -> Iterable[Figure]:
    listed = _inside(province, "ask", str(CLIENTS))
    for what, times in listed.items():
        yield Figure(NAME, f"{what}_p95_ms_{CLIENTS}_clients", times["p95"], "ms", reach="<= 50")
        yield Figure(NAME, f"{what}_p50_ms", times["p50"], "ms")
    # Pages of forms and sendings come with the citizen's side: until then the load is look-ups and the catalogue, and says so.
    found = _inside(province, "load", province.address, str(CLIENTS), str(SECONDS))
    for what, p95 in sorted(found["kinds"].items()):
        yield Figure(NAME, f"load_{what}_p95", p95, "ms")
    yield Figure(NAME, "load_kinds_of_request", len(found["kinds"]), "", reach=">= 4")
    yield Figure(NAME, "load_errors", found["errors"], "", reach="<= 0")
    yield Figure(NAME, "load_p95", found["p95"], "ms", reach="<= 300")
    yield Figure(NAME, "load_requests", found["speed"], "1/s", reach=">= 250")


def _inside(province: Province, *argv: str) -> dict[str, Any]:
    """Run a part in a process of its own, with the province's environment; its last line is its answer."""
    environment = {**province.environment, "VAMCO_BENCH_OWNER": os.environ["DATABASE_OWNER_URL"]}
    code = "import sys; from vamco.systems.onestop.tests import asked; asked.main(sys.argv[1:])"
    command = [sys.executable, "-c", code, *argv]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)  # our own code
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
