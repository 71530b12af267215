"""Rules 8 and 13: not delivered, nothing new and nothing there are three things; cursors miss."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.systems.hub import public as hub
from vamco.systems.hub.tests.case_files import text
from vamco.systems.hub.tests.cases import (
    DATASET,
    MA,
    NGAY,
    SO_TIEN,
    Allowed,
    Case,
    Got,
    Held,
    Read,
    Refused,
    Step,
    Told,
    case,
    contract,
    rule,
)
from vamco.systems.hub.tests.test_connectors import send

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CSV = {"format": "csv", "delimiter": ","}
HEAD = ("Mã", "Ngày", "Số tiền")
DAILY, MONTHLY = "day 0 17 * * *", "month 0 17 5 * *"
APPEND = contract(MA, NGAY, SO_TIEN, delivery="append")
REPLACE = contract(MA, NGAY, SO_TIEN)
AT_LEAST = contract(MA, NGAY, SO_TIEN, quality=[rule("row_count", minimum=1)])
DUE = contract(MA, NGAY, SO_TIEN, due=DAILY)
DUE_ALL_DAYS = contract(MA, NGAY, SO_TIEN, due=DAILY, workingDays=False)
DUE_GRACE = contract(MA, NGAY, SO_TIEN, due=DAILY, graceDays=2)
DUE_APPEND = contract(MA, NGAY, SO_TIEN, due=DAILY, delivery="append")
NOTHING = contract(MA, NGAY, SO_TIEN, due=DAILY, nothing="Không phát sinh", delivery="append")
DUE_MONTH = contract(MA, NGAY, SO_TIEN, due=MONTHLY)


def items(*numbers: int, amount: int = 100, day: str = "2026-03-02") -> list[dict[str, Any]]:
    """Transactions of a service."""
    return [{"ma": f"G{n:02d}", "ngay": day, "so_tien": n * amount} for n in numbers]


def rows(*numbers: int, amount: int = 100, day: str = "2026-03-02") -> list[tuple[Any, ...]]:
    """The same as rows."""
    return [(f"G{n:02d}", day, n * amount) for n in numbers]


def web(id_: str, fault: str, *steps: Step, terms: Any = APPEND, **feed: Any) -> Case:
    """A service."""
    return case(id_, fault, *steps, contract=terms, kind="http", feed=feed)


def listed(given: Sequence[dict[str, Any]], *allow: Allowed, **more: Any) -> Step:
    """A step in which the service has these items."""
    return Step({}, allow, items=given, **more)


def answer(content: Any, status: int = 200) -> Callable[..., bool]:
    """The service answers everything with this."""
    return lambda to, _: send(to, content, status)


def with_total(given: Sequence[dict[str, Any]], total: Any) -> Callable[..., bool]:
    """A service that says how many rows there are in the whole."""
    return answer({"du_lieu": list(given), "con_tro": None, "con_nua": False, "tong_so": total})


def broken_second_page(given: Sequence[dict[str, Any]]) -> Callable[..., bool]:
    """The first page comes, the second one never does."""

    def reply(to: Any, _: int) -> bool:
        if "cursor=" in to.path:
            return send(to, b"", 500)
        return send(to, {"du_lieu": list(given[:2]), "con_tro": 2, "con_nua": True})

    return reply


def shifting(given: Sequence[dict[str, Any]], *, gone: bool) -> Callable[..., bool]:
    """While the pages are asked for, a row before the cursor is deleted, or one is put in."""

    def reply(to: Any, _: int) -> bool:
        if "cursor=" not in to.path:
            return send(to, {"du_lieu": list(given[:2]), "con_tro": 2, "con_nua": True, "tong_so": len(given)})
        rest = list(given[3:]) if gone else [given[1], *given[2:]]
        return send(to, {"du_lieu": rest, "con_tro": None, "con_nua": False, "tong_so": len(given)})

    return reply


def late(wanted: str, at: str) -> Callable[[Got], str]:
    """Whether the dataset is late at a time."""

    def look(_: Got) -> str:
        from vamco.lib.time import HCM

        now = dt.datetime.fromisoformat(at).replace(tzinfo=HCM).astimezone(dt.UTC)
        [found] = [each for each in hub.freshness(now) if each.dataset == DATASET]
        is_late = "yes" if found.late_by is not None else "no"
        return "" if is_late == wanted else f"late: {is_late} at {at} (due {found.due_at}), wanted {wanted}"

    return look


def due(id_: str, fault: str, *steps: Step, terms: Any = DUE) -> Case:
    """A dataset that is due."""
    return case(
        f"r8_{id_}",
        fault,
        *steps,
        contract=terms,
        feed=CSV,
        pattern="ds.csv" if terms["customProperties"][0]["value"] != "append" else "*.csv",
    )


N4, I4 = rows(1, 2, 3, 4), items(1, 2, 3, 4)
FILE = {"ds.csv": text(N4, HEAD)}
# 20 November 2026 is a Friday, 23 November a Monday.

SOURCES: list[Case] = [
    # ── 8: three things ──
    web(
        "r8_list_becomes_empty",
        "a full list that becomes empty says nothing",
        listed(I4, Read(N4)),
        listed([], Refused(), Held()),
        terms=REPLACE,
    ),
    web(
        "r8_list_becomes_empty_at_least",
        "a full list of at least one row that becomes empty says nothing",
        listed(I4, Read(N4)),
        listed([], Refused(), Held()),
        terms=AT_LEAST,
    ),
    web(
        "r8_list_empty_from_the_start",
        "a full list that was never filled",
        listed([], Refused(), Held()),
        terms=AT_LEAST,
    ),
    web(
        "r8_nothing_new",
        "an append service with nothing new is no fault",
        listed(I4, Read(N4)),
        listed(I4, Read(N4)),
        terms=APPEND,
    ),
    web(
        "r8_list_null",
        "the list is null, not empty",
        listed(I4, Read(N4)),
        Step({}, [Refused()], answer=answer({"du_lieu": None, "con_tro": None, "con_nua": False})),
        terms=REPLACE,
    ),
    web(
        "r8_error_as_page",
        "the service answers 200 with an error in it",
        listed(I4, Read(N4)),
        Step({}, [Refused()], answer=answer({"loi": "het phien"})),
        terms=REPLACE,
    ),
    web(
        "r8_login_page",
        "the service answers with a log-in page",
        listed(I4, Read(N4)),
        Step({}, [Refused()], answer=answer(b"<html>log in</html>")),
        terms=REPLACE,
    ),
    case(
        "r8_header_only_later",
        "a full list with nothing below its header",
        Step(FILE, [Read(N4)]),
        Step({"ds.csv": text([], HEAD)}, [Refused(), Held()]),
        contract=REPLACE,
        feed=CSV,
    ),
    case(
        "r8_file_gone",
        "the file is not there any more",
        Step(FILE, [Read(N4)]),
        Step({}, [Read(N4)], remove=["ds.csv"], day="2026-11-21"),
        contract=REPLACE,
        feed=CSV,
    ),
    due(
        "late",
        "nobody notices that a list did not come",
        Step(FILE, [Read(N4)], look=late("no", "2026-11-20T18:00")),
        Step({}, [Read(N4)], day="2026-11-24", look=late("yes", "2026-11-24T18:00")),
    ),
    due(
        "unchanged_is_not_late",
        "a list that comes unchanged each day is called late",
        Step(FILE, [Read(N4)]),
        Step(FILE, [Read(N4)], day="2026-11-23", hour=15, look=late("no", "2026-11-23T18:00")),
    ),
    due(
        "unchanged_append_is_not_late",
        "rows that come again unchanged under another name are called late",
        Step(FILE, [Read(N4)]),
        Step({"ds2.csv": text(N4, HEAD)}, [Read(N4)], day="2026-11-23", hour=15, look=late("no", "2026-11-23T18:00")),
        terms=DUE_APPEND,
    ),
    due(
        "refused_is_late",
        "a list that was refused counts as delivered",
        Step(FILE, [Read(N4)]),
        Step(
            {"ds.csv": text([], HEAD)},
            [Refused(), Held()],
            day="2026-11-23",
            hour=15,
            look=late("yes", "2026-11-23T18:00"),
        ),
    ),
    due(
        "weekend", "due on Saturday although nobody works", Step(FILE, [Read(N4)], look=late("no", "2026-11-22T18:00"))
    ),
    due(
        "weekend_all_days",
        "due on Saturday, where the contract counts all days",
        Step(FILE, [Read(N4)], look=late("yes", "2026-11-22T18:00")),
        terms=DUE_ALL_DAYS,
    ),
    due("monday", "on Monday evening it is late", Step(FILE, [Read(N4)], look=late("yes", "2026-11-23T18:00"))),
    due(
        "holiday",
        "due on National Day, 2 September",
        Step(FILE, [Read(N4)], day="2026-09-01", hour=16, look=late("no", "2026-09-02T18:00")),
    ),
    due("grace", "two days of grace", Step(FILE, [Read(N4)], look=late("no", "2026-11-24T18:00")), terms=DUE_GRACE),
    due(
        "grace_over",
        "two days of grace have passed",
        Step(FILE, [Read(N4)], look=late("yes", "2026-11-27T18:00")),
        terms=DUE_GRACE,
    ),
    due(
        "nothing",
        "“Không phát sinh” is no row, and no silence",
        Step({"a.csv": text(N4, HEAD)}, [Read(N4)]),
        Step(
            {"b.csv": text([("Không phát sinh", "", "")], HEAD)},
            [Read(N4)],
            day="2026-11-23",
            hour=15,
            look=late("no", "2026-11-23T18:00"),
        ),
        terms=NOTHING,
    ),
    due(
        "nothing_undeclared",
        "“Không phát sinh” becomes a key",
        Step({"a.csv": text(N4, HEAD)}, [Read(N4)]),
        Step(
            {"b.csv": text([("Không phát sinh", "", "")], HEAD)},
            [Refused(), Held(), Read(N4, 1)],
            day="2026-11-23",
            hour=15,
        ),
        terms=DUE_APPEND,
    ),
    due(
        "nothing_alone",
        "“Không phát sinh” as the only line of the file",
        Step({"a.csv": text(N4, HEAD)}, [Read(N4)]),
        Step(
            {"b.csv": "Không phát sinh\r\n".encode()},
            [Read(N4)],
            day="2026-11-23",
            hour=15,
            look=late("no", "2026-11-23T18:00"),
        ),
        terms=NOTHING,
    ),
    due(
        "old_month_again",
        "an old month's file, sent again, counts as this month's",
        Step(
            {"ds.csv": text(rows(1, 2, day="2026-10-31"), HEAD)},
            [Read(rows(1, 2, day="2026-10-31"))],
            day="2026-11-04",
            look=late("no", "2026-11-06T18:00"),
        ),
        Step(
            {"ds.csv": text(rows(1, 2, 3, day="2026-10-30"), HEAD)},
            [Read(rows(1, 2, 3, day="2026-10-30"))],
            day="2026-12-04",
            look=late("yes", "2026-12-08T18:00"),
        ),
        terms=DUE_MONTH,
    ),
    due(
        "month_in_time",
        "this month's file in time",
        Step(
            {"ds.csv": text(rows(1, 2, day="2026-10-31"), HEAD)}, [Read(rows(1, 2, day="2026-10-31"))], day="2026-11-04"
        ),
        Step(
            {"ds.csv": text(rows(1, 2, 3, day="2026-11-30"), HEAD)},
            [Read(rows(1, 2, 3, day="2026-11-30"))],
            day="2026-12-04",
            look=late("no", "2026-12-08T18:00"),
        ),
        terms=DUE_MONTH,
    ),
    # ── 13: cursors miss ──
    web(
        "r13_late_row_in_last_page",
        "a row that is put in on the last page is never fetched",
        listed(I4, Read(N4)),
        listed([*items(1, 2, 3), *items(9), *items(4)], Read([*N4, *rows(9)])),
    ),
    web(
        "r13_late_row_overlap",
        "a row put in three pages before the cursor, with an overlap of four",
        listed(items(*range(1, 11)), Read(rows(*range(1, 11)))),
        listed([*items(1, 2, 3, 4), *items(99), *items(*range(5, 11))], Read([*rows(*range(1, 11)), *rows(99)])),
        overlap=4,
    ),
    web(
        "r13_late_row_reconcile",
        "a row put in at the very beginning, found by the nightly whole reading",
        listed(items(*range(1, 21)), Read(rows(*range(1, 21)))),
        listed([*items(99), *items(*range(1, 21))], Read([*rows(*range(1, 21)), *rows(99)]), day="2026-11-22"),
        reconcile="0 2 * * *",
        overlap=1,
    ),
    web(
        "r13_overlap_is_no_news",
        "rows that are read again by the overlap are counted twice",
        listed(I4, Read(N4)),
        listed([*I4, *items(5)], Read(rows(1, 2, 3, 4, 5))),
    ),
    web(
        "r13_correction_in_overlap",
        "a row that was corrected on the last page",
        listed(I4, Read(N4)),
        listed([*items(1, 2, 3), *items(4, amount=7), *items(5)], Read(rows(1, 2, 3, 4, 5), 1), Held(), Refused()),
    ),
    web(
        "r13_total_agrees",
        "the declared total is what came",
        Step({}, [Read(N4)], answer=with_total(I4, 4)),
        terms=REPLACE,
        total="tong_so",
    ),
    web(
        "r13_total_disagrees",
        "the service says five, four came",
        Step({}, [Refused()], answer=with_total(I4, 5)),
        terms=REPLACE,
        total="tong_so",
    ),
    web(
        "r13_total_disagrees_later",
        "the service says five, four came: yesterday's list goes",
        Step({}, [Read(rows(1, 2, 3, 4, 5))], answer=with_total(items(1, 2, 3, 4, 5), 5)),
        Step({}, [Refused()], answer=with_total(I4, 5)),
        terms=REPLACE,
        total="tong_so",
    ),
    web(
        "r13_total_fewer",
        "the service says three, four came",
        Step({}, [Refused()], answer=with_total(I4, 3)),
        terms=REPLACE,
        total="tong_so",
    ),
    web(
        "r13_total_missing",
        "the total that was agreed is not said",
        Step({}, [Refused()], answer=answer({"du_lieu": I4, "con_tro": None, "con_nua": False})),
        terms=REPLACE,
        total="tong_so",
    ),
    web(
        "r13_total_text",
        "the total is a text",
        Step({}, [Refused(), Read(N4)], answer=with_total(I4, "4")),
        terms=REPLACE,
        total="tong_so",
    ),
    web(
        "r13_total_append",
        "an append service says in the whole five, four are there",
        Step(
            {},
            [Refused(), Held(), Told(N4)],
            answer=with_total(I4, 5),
        ),
        total="tong_so",
    ),
    web(
        "r13_deleted_while_paging",
        "a row is skipped because another one was deleted while pages were read",
        Step({}, [Refused()], answer=shifting(I4, gone=True)),
        terms=REPLACE,
        total="tong_so",
    ),
    web(
        "r13_inserted_while_paging",
        "a row comes twice because another one was put in while pages were read",
        Step({}, [Refused(), Read(N4), Read(N4, 1)], answer=shifting(I4, gone=False)),
        terms=REPLACE,
    ),
    web(
        "r13_half_a_walk",
        "the second page fails: half a list replaces all",
        listed(I4, Read(N4)),
        Step({}, [Refused()], answer=broken_second_page(items(1, 2, 3, 4, amount=7))),
        terms=REPLACE,
    ),
    web(
        "r13_gone_in_full_list",
        "a row that is gone from a full list",
        listed(I4, Read(N4)),
        listed(items(1, 2, 3), Read(rows(1, 2, 3))),
        terms=REPLACE,
    ),
    web(
        "r13_absent_field",
        "no object has the amount any more",
        listed(I4, Read(N4)),
        listed([{"ma": f"G{n:02d}", "ngay": "2026-03-02"} for n in range(1, 5)], Refused(), Held()),
        terms=REPLACE,
    ),
]
