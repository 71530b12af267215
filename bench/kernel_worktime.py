"""Deadlines a second and how often they are right, beside a walker that goes through time minute by minute.

The questions are those of the tests: 15 minutes to 30 hours, half a day to ten days, closes of the day; every second one received
after hours, on a holiday or at a border of a window, half of them with a cutoff, half with pauses. One process; a database only for `calendar_of`.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CHECKOUT = Path(__file__).resolve().parents[1]
CASES = 2_000
QUESTIONS = 20_000
WALKED = 300
ROUNDS = 3
YEARS = (2025, 2026)  # into 2027, the last known year, no question leads out of it


def run() -> Iterable[Figure]:
    """Gives speeds, each the best of some rounds, and the share of cases in which oracle and product are equal."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        yield from _computed()
        yield from _looked_up()


def _start(folder: Path, server: Any) -> None:
    """Brings up a database with the province's pack in it."""
    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs

    packs.load(CHECKOUT / "packs" / "tayninh")


def _looked_up() -> Iterable[Figure]:
    """Gives how long it takes to ask whether the calendar in memory is still the newest."""
    from vamco.kernel.work.worktime.public import calendar_of
    from vamco.kernel.world.agencies import public as agencies

    found = [agencies.get(code) for code in ("H53", "H53.04", "H53.16", "H53.25459")]
    speed = _speed(calendar_of, found * 250, ROUNDS)
    yield Figure("kernel_worktime", "calendar_of_agency", 1_000_000 / speed, "µs")


def _computed() -> Iterable[Figure]:
    from vamco.kernel.work.worktime.public import due, explain, worked
    from vamco.kernel.work.worktime.tests import worlds
    from vamco.kernel.work.worktime.tests.agreement import disagreements, local
    from vamco.kernel.work.worktime.tests.oracle import Walker

    items = worlds.pack()
    calendar = worlds.calendar(items, ["H53"])
    rng = random.Random(20261122)
    asked = [worlds.question(rng, *YEARS) for _ in range(QUESTIONS)]
    asked = [question for question in asked if question.start.year in YEARS]
    given = [_given(question, local) for question in asked]
    bare = [{**arguments, "pauses": (), "cutoff": None} for arguments in given]
    ends = [due(calendar=calendar, **arguments) for arguments in given]
    spans = [(arguments["start"], end, arguments["pauses"]) for arguments, end in zip(given, ends, strict=True)]
    walker = Walker(items, ["H53"])
    walked = _speed(lambda question: walker.due(*question), asked[:WALKED], 1)

    def figure(name: str, function: Callable[[Any], object], questions: list[Any], **more: Any) -> Figure:
        return Figure("kernel_worktime", name, _speed(function, questions, ROUNDS), "1/s", **more)

    yield figure(
        "deadlines_per_second",
        lambda arguments: due(calendar=calendar, **arguments),
        given,
        reach=">= 50000",
        peer="a walker by minutes, the tests' oracle",
        peer_value=walked,
    )
    yield figure("deadlines_per_second_plain", lambda arguments: due(calendar=calendar, **arguments), bare)
    yield figure("measurements_per_second", lambda span: worked(span[0], span[1], calendar, pauses=span[2]), spans)
    yield figure("explanations_per_second", lambda arguments: explain(calendar=calendar, **arguments), given[:2000])
    yield figure("calendars_assembled_per_second", lambda _: worlds.calendar(items, ["H53"]), [None] * 5)
    wrong, _ = disagreements(CASES, rng.randrange(10**9))
    share = 100 * (1 - len(wrong) / CASES)
    yield Figure("kernel_worktime", "equal_to_the_oracle", share, "%", reach=">= 100")


def _given(question: Any, local: Callable[[Any], Any]) -> dict[str, Any]:
    from vamco.kernel.work.worktime.public import Amount, Pause

    pauses = [Pause(local(stop), local(go)) for stop, go in question.pauses]
    amount = Amount(question.count, question.unit)
    return {"start": local(question.start), "amount": amount, "cutoff": question.cutoff, "pauses": pauses}


def _speed(function: Callable[[Any], object], questions: list[Any], rounds: int) -> float:
    best = 0.0
    for _ in range(rounds):
        begun = time.perf_counter()
        for question in questions:
            function(question)
        best = max(best, len(questions) / (time.perf_counter() - begun))
    return best
