"""Rules 2, 7 and 12: every row has an end, a delivery replaces only what it owns, territory follows time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.hub.tests.case_files import text
from vamco.systems.hub.tests.cases import (
    MA,
    NGAY,
    SO_TIEN,
    Allowed,
    Case,
    Got,
    Held,
    PackRefused,
    Read,
    Refused,
    Safe,
    Step,
    case,
    contract,
    rule,
)
from vamco.systems.hub.tests.cases_given import ENDED, NAM, YEARLY, communes, thu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CSV = {"format": "csv", "delimiter": ","}
HEAD = ("Mã", "Ngày", "Số tiền")
YEAR_HEAD = ("Năm", "Mã", "Số tiền")
APPEND = contract(MA, NGAY, SO_TIEN, delivery="append")
REVISE = contract(MA, NGAY, SO_TIEN, delivery="append", corrections="revise")
REPLACE = contract(MA, NGAY, SO_TIEN)


def rows(*numbers: int, amount: int = 100) -> list[tuple[Any, ...]]:
    """Transactions."""
    return [(f"G{n:02d}", "2026-03-02", n * amount) for n in numbers]


def counts(**wanted: int) -> Callable[[Got], str]:
    """The counts of the step's only run."""

    def look(got: Got) -> str:
        [run] = got.runs
        found = {name: getattr(run, name) for name in wanted}
        return "" if found == wanted else f"{found}, not {wanted}"

    return look


def state(wanted: str) -> Callable[[Got], str]:
    """The state of the step's only run."""
    return lambda got: "" if got.states == [wanted] else f"{got.states}, not {wanted}"


def batches(
    id_: str, fault: str, *steps: tuple[Sequence[Any], Sequence[Allowed], Any], terms: Any = APPEND, **more: Any
) -> Case:
    """Files a.csv, b.csv … one after the other, each with rows, what is allowed, and what else must be so."""
    head = more.pop("head", HEAD)
    played = [
        Step({f"{chr(96 + n)}.csv": text(given, head)}, allow, look=look)
        for n, (given, allow, look) in enumerate(steps, start=1)
    ]
    return case(id_, fault, *played, contract=terms, feed=CSV, **more)


def yearly(*steps: Step, **more: Any) -> dict[str, Any]:
    """A yearly list."""
    return {"contract": YEARLY, "feed": {**CSV, **more}}


def year_file(year: int, *numbers: int) -> bytes:
    """A file of a year."""
    return text(thu(year, *numbers), YEAR_HEAD)


N10 = rows(*range(1, 11))
FIRST = (N10, [Read(N10)], counts(rows=10, accepted=10, repeated=0, quarantined=0))
FIXED = [("G02", "2026-03-02", 20), *rows(*range(3, 11))]
Y26 = thu(2026, *range(1, 31))
Y25 = thu(2025, *range(1, 31))
START = Step({"thu-2026.csv": year_file(2026, *range(1, 31))}, [Read(Y26)])
BOTH = Step(
    {"thu-2025.csv": year_file(2025, *range(1, 31)), "thu-2026.csv": year_file(2026, *range(1, 31))},
    [Read([*Y25, *Y26])],
)
FORM = {"name_form": r"thu-(?P<nam>\d{4}).*\.csv"}
STRICT = contract(NAM, MA, SO_TIEN, delivery="replace_where:nam", quality=[rule("row_count", at_least_of_previous=0.9)])
JUMP = contract(
    MA, NGAY, SO_TIEN, quality=[rule("jump", column="so_tien", at_most_of_previous=3, at_least_of_previous=0.3)]
)
NO_YEAR = contract(NAM, MA, SO_TIEN, delivery="replace_where:nam")
BAD = [("G01", "2026-03-02", "mười"), *rows(*range(2, 11), amount=200)]
KEPT = [N10[0], *rows(*range(2, 11), amount=200)]
LIMIT = contract(MA, NGAY, SO_TIEN, maxBad=0.2, maxBadValue=0.2)
BIG = [*rows(*range(1, 20)), ("G20", "2026-03-02", "1.000.000.000")]
PLACE_HEAD = ("Năm", "Mã", "Ngày", "Xã", "Số tiền")


def territory(id_: str, fault: str, given: Sequence[Any], *allow: Allowed, terms: Any = None, **more: Any) -> Case:
    """One file of payments by commune; the commune 25486 ended on 30 June 2026 and is part of 25480."""
    step = Step({"2026.csv": text(given, PLACE_HEAD)}, allow)
    return case(f"r12_{id_}", fault, step, contract=terms or communes(as_of="ngay"), feed=CSV, **{**ENDED, **more})


def paid(*places: tuple[str, str]) -> list[tuple[Any, ...]]:
    """Payments: (day, commune)."""
    return [(2026, f"M{n:02d}", day, place, n) for n, (day, place) in enumerate(places, start=1)]


GOOD_PLACES = [(f"2026-0{n}-05", "25480") for n in range(1, 10)]

BATCHES: list[Case] = [
    # ── 2: every row has an end ──
    batches(
        "r2_all_again",
        "the same rows in a file of another name are counted twice",
        FIRST,
        (N10[::-1], [Read(N10)], counts(rows=10, accepted=0, repeated=10, quarantined=0)),
    ),
    batches(
        "r2_overlap",
        "a cumulative file: seven old rows and three new ones",
        (N10[:7], [Read(N10[:7])], None),
        (N10, [Read(N10)], counts(rows=10, accepted=3, repeated=7, quarantined=0)),
    ),
    batches(
        "r2_correction_among_repeats",
        "one corrected row among repeats is “nothing new”",
        FIRST,
        (FIXED, [Read(N10, 1), Held(), Refused()], None),
    ),
    batches(
        "r2_correction_only",
        "a file of one corrected row is “nothing new”",
        FIRST,
        ([("G02", "2026-03-02", 20)], [Read(N10, 1), Held(), Refused()], None),
    ),
    batches(
        "r2_correction_and_new",
        "a corrected row beside new ones",
        FIRST,
        (
            [("G02", "2026-03-02", 20), *rows(*range(11, 19))],
            [Read([*N10, *rows(*range(11, 19))], 1), Held(), Refused()],
            None,
        ),
    ),
    batches(
        "r2_revise",
        "a corrected row, where the contract allows it",
        FIRST,
        (FIXED, [Read([N10[0], *FIXED])], counts(rows=9, accepted=1, repeated=8, quarantined=0, revised=1)),
        terms=REVISE,
    ),
    batches(
        "r2_revise_back",
        "a correction of a correction, back to the first amount",
        FIRST,
        (FIXED, [Read([N10[0], *FIXED])], None),
        ([("G02", "2026-03-02", 200)], [Read(N10)], counts(rows=1, accepted=1, revised=1)),
        terms=REVISE,
    ),
    batches(
        "r2_revise_twice_in_file",
        "two corrections of one row in one file",
        FIRST,
        (
            [("G02", "2026-03-02", 20), ("G02", "2026-03-02", 30), *rows(*range(11, 20))],
            [Refused(), Held(), Safe([*N10, *rows(*range(11, 20))], [*rows(11, 12)])],
            None,
        ),
        terms=REVISE,
    ),
    batches("r2_same_twice", "a row stands twice in a file", ([*N10, N10[0]], [Read(N10), Read(N10, 1)], None)),
    batches(
        "r2_same_key_twice",
        "a key stands twice in a file, with two amounts",
        ([*N10, ("G01", "2026-03-02", 7)], [Read(N10, 1), Read(N10[1:], 2)], None),
    ),
    batches(
        "r2_same_key_twice_replace",
        "a key stands twice in a full list, with two amounts",
        ([*N10, ("G01", "2026-03-02", 7)], [Read(N10, 1), Read(N10[1:], 2)], None),
        terms=REPLACE,
    ),
    batches(
        "r2_repeat_of_quarantined",
        "a row that was in quarantine comes again, mended",
        ([*N10[:9], ("G10", "2026-03-02", "x")], [Read(N10[:9], 1)], None),
        (N10, [Read(N10)], counts(rows=10, accepted=1, repeated=9, quarantined=0)),
    ),
    batches(
        "r2_repeats_and_bad",
        "repeats beside a bad row are not “nothing new”",
        FIRST,
        ([*N10[:9], ("G11", "2026-03-02", "x")], [Read(N10, 1), Refused(), Held()], None),
    ),
    batches(
        "r2_all_bad",
        "a file of bad rows only",
        FIRST,
        ([(f"H{n}", "2026-03-02", "x") for n in range(5)], [Refused()], None),
    ),
    # ── 7: a delivery replaces only what it owns ──
    case(
        "r7_two_files_for_replace",
        "of two files for a full list the second one wins",
        Step({"a.csv": text(N10, HEAD), "b.csv": text(rows(11, 12), HEAD)}, [PackRefused(), Refused()]),
        contract=REPLACE,
        feed=CSV,
        pattern="*.csv",
    ),
    case(
        "r7_second_file_for_replace",
        "a second file for a full list appears later and empties it",
        Step({"a.csv": text(N10, HEAD)}, [PackRefused(), Read(N10)]),
        Step({"phu-luc.csv": text(rows(11, 12), HEAD)}, [Refused(), Held()]),
        contract=REPLACE,
        feed=CSV,
        pattern="*.csv",
    ),
    case(
        "r7_other_slice_whole",
        "a file named 2025 holds 2026 only",
        BOTH,
        Step({"thu-2025.csv": year_file(2026, *range(1, 31))}, [Refused()]),
        contract=YEARLY,
        feed={**CSV, **FORM},
    ),
    case(
        "r7_stray_by_name",
        "one stray row of another year, where the name says which",
        BOTH,
        Step({"thu-2025.csv": text([*Y25, *thu(2026, 99)], YEAR_HEAD)}, [Refused(), Read([*Y25, *Y26], 1)]),
        contract=YEARLY,
        feed={**CSV, **FORM},
    ),
    case(
        "r7_stray_first_delivery",
        "one stray row of another year in the very first file",
        Step({"thu-2025.csv": text([*Y25, *thu(2026, 99)], YEAR_HEAD)}, [Refused(), Read(Y25, 1)]),
        contract=YEARLY,
        feed=CSV,
    ),
    case(
        "r7_two_slices",
        "a file of two whole years replaces both, or is refused",
        Step({"thu-2025.csv": text([*Y25, *Y26], YEAR_HEAD)}, [Refused(), Read([*Y25, *Y26])]),
        contract=YEARLY,
        feed=CSV,
    ),
    case(
        "r7_year_from_name",
        "the year stands in the name only",
        Step({"thu-2025.csv": text([row[1:] for row in Y25], YEAR_HEAD[1:])}, [Read(Y25)]),
        contract=YEARLY,
        feed={**CSV, **FORM},
        pattern="*.csv",
    ),
    case(
        "r7_name_without_year",
        "a file whose name does not say the year, as agreed",
        Step({"thu moi nhat.csv": text(Y25, YEAR_HEAD)}, [Refused()]),
        contract=YEARLY,
        feed={**CSV, **FORM},
        pattern="*.csv",
    ),
    case(
        "r7_older_time",
        "a copy with an older time and a later name wins",
        START,
        Step(
            {"thu-2026-z.csv": year_file(2026, *range(1, 29))},
            [Refused(), Held(), Read(Y26)],
            ages={"thu-2026-z.csv": 5},
        ),
        contract=YEARLY,
        feed=CSV,
    ),
    case(
        "r7_older_time_same_name",
        "a restored backup under the same name wins",
        START,
        Step(
            {"thu-2026.csv": year_file(2026, *range(1, 29))},
            [Refused(), Held(), Read(Y26), Read(thu(2026, *range(1, 29)))],
            ages={"thu-2026.csv": 5},
        ),
        contract=YEARLY,
        feed=CSV,
    ),
    case(
        "r7_older_in_one_look",
        "an older copy with a later name lies beside the new file from the start",
        Step(
            {"thu-2026.csv": year_file(2026, *range(1, 31)), "thu-2026-ban-cu.csv": year_file(2026, *range(1, 29))},
            [Safe(Y26, Y26)],
            ages={"thu-2026-ban-cu.csv": 5},
            look=lambda got: "" if len(got.table) == 30 else "the older one won",
        ),
        contract=YEARLY,
        feed=CSV,
    ),
    case(
        "r7_older_full_list",
        "an older full list of the same name comes back",
        Step({"ds.csv": text(N10, HEAD)}, [Read(N10)]),
        Step({"ds.csv": text(N10[:9], HEAD)}, [Refused(), Held(), Read(N10), Read(N10[:9])], ages={"ds.csv": 5}),
        contract=REPLACE,
        feed=CSV,
    ),
    case(
        "r7_newer_wins",
        "a newer file of the year replaces it",
        START,
        Step({"thu-2026-v2.csv": year_file(2026, *range(1, 36))}, [Read(thu(2026, *range(1, 36))), Held()]),
        contract=YEARLY,
        feed=CSV,
    ),
    case(
        "r7_half_list",
        "a full list with half of its rows",
        START,
        Step({"thu-2026.csv": year_file(2026, *range(1, 15))}, [Refused(), Held()]),
        contract=STRICT,
        feed=CSV,
    ),
    case(
        "r7_half_of_one_slice",
        "half of one year hides behind the many rows of another",
        BOTH,
        Step({"thu-2026.csv": year_file(2026, *range(1, 15))}, [Refused(), Held()]),
        contract=STRICT,
        feed=CSV,
    ),
    case(
        "r7_bad_key_kept",
        "a row of a full list is bad today: yesterday's disappears",
        Step({"ds.csv": text(N10, HEAD)}, [Read(N10)]),
        Step({"ds.csv": text(BAD, HEAD)}, [Read(KEPT, 1, kept=1), Refused(), Held()]),
        contract=REPLACE,
        feed=CSV,
    ),
    case(
        "r7_bad_key_kept_slice",
        "a row of a year is bad today: yesterday's disappears",
        START,
        Step(
            {"thu-2026.csv": text([(2026, "2026-001", "x"), *thu(2026, *range(2, 31))], YEAR_HEAD)},
            [Read(Y26, 1, kept=1), Refused(), Held()],
        ),
        contract=YEARLY,
        feed=CSV,
    ),
    case(
        "r7_gone_key_goes",
        "a row that the full list has no more goes",
        Step({"ds.csv": text(N10, HEAD)}, [Read(N10)]),
        Step({"ds.csv": text(N10[1:], HEAD)}, [Read(N10[1:])]),
        contract=REPLACE,
        feed=CSV,
    ),
    case(
        "r7_jump",
        "a sum that is ten times yesterday's",
        Step({"ds.csv": text(N10, HEAD)}, [Read(N10)]),
        Step({"ds.csv": text(rows(*range(1, 11), amount=1000), HEAD)}, [Refused(), Held()]),
        contract=JUMP,
        feed=CSV,
    ),
    case(
        "r7_fall",
        "a sum that is a tenth of yesterday's",
        Step({"ds.csv": text(N10, HEAD)}, [Read(N10)]),
        Step({"ds.csv": text(rows(*range(1, 11), amount=10), HEAD)}, [Refused(), Held()]),
        contract=JUMP,
        feed=CSV,
    ),
    case(
        "r7_unread_value",
        "one row in twenty is bad, and nobody can say how much money it carries",
        Step({"ds.csv": text(BIG, HEAD)}, [Read(rows(*range(1, 20)), 1), Refused(), Held()]),
        contract=LIMIT,
        feed=CSV,
    ),
    case(
        "r9_large_value",
        "one row in twenty is bad and carries nearly all of the money",
        Step({"ds.csv": text([*rows(*range(1, 20)), ("G20", "2026-13-45", 1_000_000_000)], HEAD)}, [Refused(), Held()]),
        contract=LIMIT,
        feed=CSV,
    ),
    case(
        "r9_large_value_default",
        "the same under a contract that says nothing of value",
        Step({"ds.csv": text([*rows(*range(1, 20)), ("G20", "2026-13-45", 1_000_000_000)], HEAD)}, [Refused(), Held()]),
        contract=REPLACE,
        feed=CSV,
    ),
    case(
        "r9_small_value",
        "one row in twenty is bad and carries next to nothing",
        Step({"ds.csv": text([*rows(*range(1, 20)), ("G20", "2026-13-45", 1)], HEAD)}, [Read(rows(*range(1, 20)), 1)]),
        contract=LIMIT,
        feed=CSV,
    ),
    case(
        "r7_same_content_new_day",
        "the same bytes again change nothing",
        Step({"ds.csv": text(N10, HEAD)}, [Read(N10)]),
        Step({"ds.csv": text(N10, HEAD)}, [Read(N10)], day="2026-11-21"),
        contract=REPLACE,
        feed=CSV,
    ),
    # ── 12: territory follows time ──
    territory(
        "old_code_on_its_day",
        "an old code on a day when it was good",
        paid(*GOOD_PLACES, ("2026-06-30", "25486")),
        Read(paid(*GOOD_PLACES, ("2026-06-30", "25486"))),
    ),
    territory(
        "old_code_after",
        "an old code after its last day",
        paid(*GOOD_PLACES, ("2026-07-01", "25486")),
        Read(paid(*GOOD_PLACES), 1),
    ),
    territory(
        "code_of_an_old_ward",
        "a code of today on a day when Ward 3 bore it, which the province's own pack has told",
        paid(*GOOD_PLACES, ("2025-06-30", "25459")),
        Read(paid(*GOOD_PLACES, ("2025-06-30", "25459"))),
    ),
    territory(
        "no_such_code",
        "a code that never was",
        paid(*GOOD_PLACES, ("2026-06-30", "99999")),
        Read(paid(*GOOD_PLACES), 1),
    ),
    territory(
        "province_code",
        "the province's code in the place of a commune's",
        paid(*GOOD_PLACES, ("2026-06-30", "80")),
        Read(paid(*GOOD_PLACES), 1),
    ),
    territory(
        "no_day_in_row",
        "an old code in a row without a day",
        paid(*GOOD_PLACES, ("", "25486")),
        Read(paid(*GOOD_PLACES), 1),
        Read([*paid(*GOOD_PLACES), (2026, "M10", None, "25486", 10)]),
    ),
    territory(
        "no_day_declared",
        "a contract does not say by which day its codes are good",
        paid(*GOOD_PLACES, ("2026-06-30", "25486")),
        PackRefused(),
        Read(paid(*GOOD_PLACES, ("2026-06-30", "25486"))),
        terms=communes(),
    ),
    territory(
        "code_as_number",
        "a code whose zero the spreadsheet ate",
        paid(*GOOD_PLACES, ("2026-06-30", "2548")),
        Read(paid(*GOOD_PLACES), 1),
    ),
]
