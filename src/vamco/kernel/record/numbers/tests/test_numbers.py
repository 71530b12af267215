from __future__ import annotations

import datetime as dt
import random
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from vamco.kernel.base.audit.tests.forging import owner
from vamco.kernel.base.jobs.tests import child
from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.tests import copies
from vamco.kernel.record.numbers import pack
from vamco.kernel.record.numbers import public as numbers
from vamco.kernel.record.numbers.declaration import SeriesItem
from vamco.kernel.record.numbers.models import Counter, Series, Taken
from vamco.lib.errors import Missing, Refused
from vamco.lib.time import Period

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 10, 8)
DOSSIER, LETTER = "onestop.dossier", "edocs.outgoing"


def take(key: str, unit: str = "H53.13", day: dt.date = DAY, series: str = DOSSIER, **own: str) -> numbers.Number:
    with transaction.atomic():
        return numbers.take(series, unit, day, key=key, **own)


def counted(unit: str = "H53.13", day: dt.date = DAY) -> list[int]:
    return [number.n for number in numbers.register(DOSSIER, unit, Period.containing(day, "day")).values()]


@pytest.mark.django_db
def test_numbers_follow_by_unit_and_day() -> None:
    assert take("dossier:1") == numbers.Number(DOSSIER, "H53.13", DAY, 1, "H53.13-261008-0001")
    assert take("dossier:2").text == "H53.13-261008-0002"
    assert take("dossier:3", unit="H53.14").text == "H53.14-261008-0001"
    assert take("dossier:4", day=DAY + dt.timedelta(days=1)).text == "H53.13-261009-0001"
    assert take("dossier:5").n == 3
    assert list(numbers.register(DOSSIER, "H53.13", Period(DAY, "day"))) == ["dossier:1", "dossier:2", "dossier:5"]
    assert numbers.verify() == []


@pytest.mark.django_db
def test_documents_are_counted_by_year() -> None:
    assert take("document:1", series=LETTER, notation="QĐ-UBND").text == "01/QĐ-UBND"
    assert take("document:2", series=LETTER, day=dt.date(2026, 12, 31), notation="UBND-NC").text == "02/UBND-NC"
    assert take("document:3", series=LETTER, day=dt.date(2027, 1, 1), notation="QĐ-UBND").text == "01/QĐ-UBND"


@pytest.mark.django_db
def test_the_same_act_repeated_gets_the_same_number_also_after_midnight() -> None:
    first = take("dossier:1")
    assert take("dossier:1") == first
    assert take("dossier:1", day=DAY + dt.timedelta(days=1)) == first
    assert numbers.given(DOSSIER, "dossier:1") == first
    assert numbers.given(DOSSIER, "dossier:2") is None
    assert take("dossier:2").n == 2
    with pytest.raises(Refused) as refused:
        take("dossier:1", unit="H53.14")
    assert refused.value.code == "numbers.other_unit"
    assert counted() == [1, 2]
    assert counted("H53.14") == []


@pytest.mark.django_db
def test_a_rolled_back_act_leaves_no_gap() -> None:
    take("dossier:1")
    with transaction.atomic():
        assert numbers.take(DOSSIER, "H53.13", DAY, key="dossier:2").n == 2
        transaction.set_rollback(True)
    assert numbers.given(DOSSIER, "dossier:2") is None
    assert take("dossier:3").n == 2
    assert counted() == [1, 2]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["{unit}-{yymmdd}-{n:02}", "{n:01}/{unit}{yy}{mm}{dd}", "{yyyymmdd}{unit}{n:03}x"])
def test_what_is_taken_is_written_as_what_was_peeked(form: str) -> None:
    """Up to a count that outgrows its zeros: the database writes it while it counts, and peek in Python."""
    Series.objects.filter(code=DOSSIER).update(form=form)
    for n in range(1, 102):
        peeked = numbers.peek(DOSSIER, "H53.13", DAY)
        assert take(f"dossier:{n}") == peeked
        assert peeked.n == n


@pytest.mark.django_db
def test_peek_says_what_would_come_and_keeps_nothing() -> None:
    assert numbers.peek(DOSSIER, "H53.13", DAY).text == "H53.13-261008-0001"
    take("dossier:1")
    assert [numbers.peek(DOSSIER, "H53.13", DAY).n for _ in range(2)] == [2, 2]
    assert numbers.peek(LETTER, "H53", DAY, notation="TB-UBND").text == "01/TB-UBND"
    assert Counter.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("series", "unit", "own", "code"),
    [
        ("no.such", "H53", {}, "numbers.no_series"),
        (DOSSIER, "", {}, "numbers.bad_unit"),
        (DOSSIER, "H53 13", {}, "numbers.bad_unit"),
        (DOSSIER, "H53", {"notation": "x"}, "numbers.bad_places"),
        (LETTER, "H53", {}, "numbers.bad_places"),
        (LETTER, "H53", {"notation": ""}, "numbers.bad_places"),
        (LETTER, "H53", {"notation": "a\nb"}, "numbers.bad_places"),
        (LETTER, "H53", {"notation": "x" * 90}, "numbers.too_long"),
    ],
)
def test_take_and_peek_refuse_the_same(series: str, unit: str, own: dict[str, str], code: str) -> None:
    for ask in (lambda: take("k", unit, series=series, **own), lambda: numbers.peek(series, unit, DAY, **own)):
        with pytest.raises((Refused, Missing)) as refused:
            ask()
        assert refused.value.code == code
        assert str(refused.value)
    assert not Counter.objects.exists()
    assert not Taken.objects.exists()


@pytest.mark.usefixtures("fresh_db")
def test_a_number_needs_the_transaction_of_an_act() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        numbers.take(DOSSIER, "H53.13", DAY, key="dossier:1")
    assert not Counter.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE numbers_counter SET last = last - 1",
        "UPDATE numbers_counter SET last = last + 2",
        "UPDATE numbers_counter SET unit = 'H53.14', last = last + 1",
        "INSERT INTO numbers_counter (series_id, unit, period, last) VALUES ('onestop.dossier', 'x', '2026', 7)",
        "DELETE FROM numbers_counter",
        "TRUNCATE numbers_counter",
        "UPDATE numbers_taken SET key = 'other'",
        "DELETE FROM numbers_taken",
        "TRUNCATE numbers_taken",
    ],
)
def test_the_database_refuses_to_go_back(statement: str) -> None:
    take("dossier:1")
    with pytest.raises(DatabaseError, match=r"never go back|permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
    assert counted() == [1]


@pytest.mark.django_db
def test_a_counter_that_was_moved_by_hand_is_found() -> None:
    take("dossier:1")
    assert numbers.verify() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE numbers_counter SET last = last + 1")  # the only move that the database lets through
    assert numbers.verify() == [(DOSSIER, "H53.13", "2026-10-08")]
    assert take("dossier:2").n == 3
    assert numbers.verify() == [(DOSSIER, "H53.13", "2026-10-08")]


def test_a_register_whose_counter_is_gone_is_found(fresh_db: str) -> None:
    take("dossier:1")
    take("dossier:2")
    take("dossier:3", unit="H53.14")
    assert numbers.verify() == []
    with owner(fresh_db) as cursor:  # only the owner can, and only without the trigger
        cursor.execute("ALTER TABLE numbers_counter DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM numbers_counter WHERE unit = 'H53.13'")
    assert numbers.verify() == [(DOSSIER, "H53.13", "2026-10-08")]


@pytest.mark.django_db
def test_one_number_cannot_stand_twice_in_the_register() -> None:
    take("dossier:1")
    row = Taken.objects.get(key="dossier:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Taken.objects.create(
            series=row.series, key="other", unit=row.unit, period=row.period, day=row.day, n=row.n, text=row.text
        )


def act(draws: random.Random, keys: list[str], wrong: list[BaseException]) -> None:
    """Take numbers as acts do: some roll back, some come twice, some take in two units."""
    try:
        for key in keys:
            with transaction.atomic():
                numbers.take(DOSSIER, "H53.13", DAY, key=key)
                if draws.random() < 0.3:
                    numbers.take(DOSSIER, "H53.14", DAY, key=f"{key}b")
                if draws.random() < 0.1:
                    time.sleep(0.002)
                if draws.random() < 0.4:
                    transaction.set_rollback(True)
    except BaseException as error:
        wrong.append(error)
    finally:
        connection.close()


def together(*threads: threading.Thread) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("fresh_db")
def test_threads_that_roll_back_at_random_leave_no_gap_and_no_double(request: pytest.FixtureRequest) -> None:
    acts = 400 if request.config.getoption("--full") else 40
    wrong: list[BaseException] = []
    keys = [[f"{n // 2}:{m}" for m in range(acts)] for n in range(8)]  # each act comes from two threads
    together(*(threading.Thread(target=act, args=(random.Random(n), keys[n], wrong)) for n in range(8)))
    assert wrong == []
    assert len(counted()) > acts
    for unit in ("H53.13", "H53.14"):
        assert counted(unit) == list(range(1, len(counted(unit)) + 1))
    assert numbers.verify() == []


@pytest.mark.usefixtures("fresh_db")
def test_the_same_act_in_many_threads_at_once_takes_one_number() -> None:
    found: list[Any] = []
    start = threading.Barrier(8)

    def ask() -> None:
        try:
            start.wait()
            found.append(take("dossier:1").n)
        except BaseException as error:
            found.append(error)
        finally:
            connection.close()

    together(*(threading.Thread(target=ask) for _ in range(8)))
    assert found == [1] * 8
    assert counted() == [1]


KILLED = f"""
import datetime as dt, random
from vamco.kernel.record.numbers import public as numbers
draws = random.Random(os.getpid())
Path(f"ready-{{os.getpid()}}").touch()
for n in range(1_000_000):
    with transaction.atomic():
        taken = numbers.take("{DOSSIER}", "H53.13", dt.date(2026, 10, 8), key=f"{{os.getpid()}}:{{n}}")
        time.sleep(draws.random() / 200)
        if draws.random() < 0.3:
            transaction.set_rollback(True)
"""


def test_killed_processes_leave_no_gap_and_no_double(
    fresh_db: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rounds = 15 if request.config.getoption("--full") else 2
    draws = random.Random(3)
    for _ in range(rounds):
        children = [child.start(KILLED, fresh_db, tmp_path) for _ in range(2)]
        for process in children:
            ready = tmp_path / f"ready-{process.pid}"
            deadline = time.monotonic() + 120
            while not ready.exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
        before, deadline = len(counted()), time.monotonic() + 120
        while len(counted()) < before + 5 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(draws.random() / 5)
        for process in children:
            process.send_signal(signal.SIGKILL)
            assert process.wait(120) == -signal.SIGKILL, (tmp_path / "child.log").read_text()
    last = take("after").n
    assert last > rounds * 4
    assert counted() == list(range(1, last + 1))
    assert numbers.verify() == []


@pytest.mark.django_db
def test_the_period_of_a_series_that_counts_cannot_change() -> None:
    item = {"code": DOSSIER, "name": "x", "name_en": "x", "period": "year", "form": "{unit}/{yyyy}/{n}"}
    pack.apply([SeriesItem.model_validate(item)])
    assert Series.objects.get(code=DOSSIER).period == "year"
    take("dossier:1")
    with pytest.raises(Refused) as refused:
        pack.apply([SeriesItem.model_validate(item | {"period": "month"})])
    assert refused.value.code == "numbers.begun"
    pack.apply([SeriesItem.model_validate(item | {"form": "{unit}/{yy}/{n:03}"})])
    assert take("dossier:2").text == "H53.13/26/002"


def test_a_pack_with_a_wrong_form_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "numbers.yaml").write_text(
        '- code: a.b\n  name: A\n  name_en: A\n  period: day\n  form: "{unit}-{n:04}"\n', encoding="utf-8"
    )
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(copies.alone(tmp_path))
    found = [fault for fault in refused.value.faults if fault.file == "numbers.yaml"]
    assert [(fault.line, fault.expected) for fault in found] == [
        (5, "form: a date that tells one day from another, or `repeats: true`")
    ]
