from __future__ import annotations

import datetime as dt
import random

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import jobs, services
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.agencies.declaration import AgencyItem, CodeItem, SuccessionItem
from vamco.kernel.world.agencies.models import Agency, Code, Revision, Succession, Version
from vamco.kernel.world.places.models import Place
from vamco.lib.errors import Missing

pytestmark = pytest.mark.django_db
BEFORE, AFTER = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
SINCE = dt.date(2020, 1, 1)


def item(code: str, parent: str = "", since: dt.date = SINCE, **more: object) -> AgencyItem:
    given = {"code": code, "name": f"Cơ quan {code}", "name_en": code, "kind": "office", "valid_from": since}
    return AgencyItem.model_validate(given | {"parent": parent} | more)


def code(text: str, agency: str, since: dt.date = SINCE, **more: object) -> CodeItem:
    given = {"code": text, "scheme": "qcvn102", "agency": agency, "valid_from": since, "source": "made"}
    return CodeItem.model_validate(given | more)


def follows(before: str, after: str, on: dt.date, kind: str = "merged") -> SuccessionItem:
    return SuccessionItem(predecessor=before, successor=after, on=on, kind=kind, source="made")  # type: ignore[arg-type]


def names(code: str, *days: dt.date) -> list[str]:
    return [agencies.on(code, day).name for day in days]


# The merger of 1 July 2025, as the pack tells it


def test_before_the_merger_there_are_two_committees_and_after_it_one() -> None:
    assert [(agency.code, agency.place) for agency in agencies.in_force(BEFORE)] == [("H39", "80"), ("H53", "72")]
    after = {agency.code: agency for agency in agencies.in_force(AFTER)}
    assert len(after) == 171
    assert "H39" not in after
    assert (after["H53"].place, after["H53"].valid_from) == ("80", AFTER)
    assert [agency.code for agency in agencies.in_force(AFTER, "office")] == ["H53.01"]


def test_who_took_over_from_long_an() -> None:
    assert [agency.code for agency in agencies.successors("H39", BEFORE)] == ["H39"]
    assert [agency.code for agency in agencies.successors("H39", AFTER)] == ["H53"]
    assert [agency.code for agency in agencies.predecessors("H53")] == ["H39"]
    assert [was.place for was in agencies.history("H53")] == ["72", "80"]


def test_an_agency_of_the_past_is_not_among_those_at_work() -> None:
    assert [agency.code for agency in agencies.at_work(BEFORE)] == ["H39", "H53"]
    assert "H39" not in set(agencies.at_work().values_list("code", flat=True))
    gone = agencies.get("H39")
    assert (gone.path, gone.valid_to, gone.place.full_name) == ("H53/H39/", BEFORE, "Tỉnh Long An")  # type: ignore[union-attr]
    assert agencies.get("H53").place.full_name == "Tỉnh Tây Ninh"  # type: ignore[union-attr]


def test_the_old_code_of_long_an_leads_to_who_answers_now() -> None:
    then = agencies.by_code("000.00.00.H39", BEFORE)
    assert (then.standing, then.agency.code, then.code_now) == ("in_force", "H39", "000.00.00.H39")  # type: ignore[union-attr]
    now = agencies.by_code("000.00.00.H39", AFTER)
    assert (now.standing, now.meant.code, now.agency.code) == ("succeeded", "H39", "H53")  # type: ignore[union-attr]
    assert (now.scheme, now.code_now) == ("qcvn102", "000.00.00.H53")
    assert agencies.by_code("H39", AFTER).code_now == "H53"
    assert agencies.by_code(" h53.04 ", AFTER).meant.name == "Sở Tài chính"


# Versions


def test_a_new_row_makes_a_version_and_leaves_the_past() -> None:
    day = dt.date(2026, 3, 1)
    services.put([item("Z1"), item("Z2"), item("Z3", "Z1", name="Phòng Một")])
    services.put([item("Z3", "Z2", since=day, name="Phòng Hai", kind="division")])
    before, after = agencies.on("Z3", day - dt.timedelta(days=1)), agencies.on("Z3", day)
    assert (before.name, before.parent, before.kind, before.valid_to) == (
        "Phòng Một",
        "Z1",
        "office",
        dt.date(2026, 2, 28),
    )
    assert (after.name, after.parent, after.kind, after.valid_to) == ("Phòng Hai", "Z2", "division", None)
    agency = agencies.get("Z3")
    assert (agency.name, agency.path, agency.kind, agency.valid_from) == ("Phòng Hai", "Z2/Z3/", "division", SINCE)
    assert Agency.objects.filter(code="Z3").count() == 1


def test_the_same_rows_again_change_nothing() -> None:
    rows = [item("Z1"), item("Z1", since=AFTER, name="Mới"), item("Z2", "Z1")]
    services.put(rows)
    before = list(Version.objects.order_by("pk").values()), Revision.objects.count()
    services.put(rows)
    services.put(rows[:1])  # without its successor the first row has no end, and must not take its days
    assert (list(Version.objects.order_by("pk").values()), Revision.objects.count()) == before
    assert names("Z1", BEFORE, AFTER) == ["Cơ quan Z1", "Mới"]


def test_a_correction_keeps_what_was_said() -> None:
    services.put([item("Z1", name="Sở Tài chánh")])
    version = Version.objects.get(agency__code="Z1")
    services.put([item("Z1", name="Sở Tài chính")])
    assert names("Z1", SINCE) == ["Sở Tài chính"]
    assert Version.objects.get(agency__code="Z1").pk == version.pk
    kept = Revision.objects.get(table="agencies_version", row=version.pk)
    assert (kept.content["name"], kept.content["valid_from"]) == ("Sở Tài chánh", SINCE.isoformat())


def test_one_that_has_ended_does_not_exist_afterwards() -> None:
    services.put([item("Z1", valid_to="2025-06-30"), item("Z2", since=AFTER)])
    assert agencies.on("Z1", BEFORE).code == "Z1"
    for code_, day in (("Z1", AFTER), ("Z1", SINCE - dt.timedelta(days=1)), ("Z2", BEFORE)):
        with pytest.raises(Missing) as missing:
            agencies.on(code_, day)
        assert (missing.value.code, missing.value.data) == ("agencies.not_that_day", {"code": code_, "day": day})


def test_one_that_has_ended_hangs_below_its_only_heir(monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.today()
    tomorrow = today + dt.timedelta(days=1)
    services.put([item("Z0"), *(item(code_, "Z0", valid_to=today) for code_ in ("Z1", "Z2", "Z3"))])
    services.put([item("Z4", "Z3", valid_to=today), item("Z5"), item("Z6", "Z5"), item("Z7", "Z5", valid_to=today)])
    services.put_successions([follows("Z1", "Z6", tomorrow), follows("Z2", "Z5", tomorrow, "split")])
    services.put_successions([follows("Z2", "Z6", tomorrow, "split"), follows("Z3", "Z7", tomorrow)])
    services.put_successions([follows("Z7", "Z6", tomorrow)])
    codes = [f"Z{n}" for n in range(1, 8)]
    before = ["Z0/Z1/", "Z0/Z2/", "Z0/Z3/", "Z0/Z3/Z4/", "Z5/", "Z5/Z6/", "Z5/Z7/"]
    assert [agencies.get(code_).path for code_ in codes] == before
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    jobs.turn()
    after = ["Z5/Z6/Z1/", "Z0/Z2/", "Z5/Z6/Z3/", "Z5/Z6/Z3/Z4/", "Z5/", "Z5/Z6/", "Z5/Z6/Z7/"]
    assert [agencies.get(code_).path for code_ in codes] == after
    services.put([item("Z5", valid_to=tomorrow)])
    later = tomorrow + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: later)
    jobs.turn()
    assert agencies.get("Z2").path == "Z0/Z2/", "one of its two heirs has ended, and nobody knows who has that half"
    assert agencies.get("Z1").parent.code == "Z0"  # type: ignore[union-attr]
    assert {agencies.Agency.objects.get(pk=pk).code for pk in agencies.sole_heirs(tomorrow)} >= {"Z1", "Z3", "Z7"}


def test_a_version_of_tomorrow_shows_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.today()
    tomorrow = today + dt.timedelta(days=1)
    services.put([item("Z1"), item("Z2"), item("Z3", "Z1"), item("Z4", "Z3"), item("Z9", since=tomorrow)])
    services.put([item("Z3", "Z2", since=tomorrow, name="Ngày mai")])
    assert (agencies.get("Z4").path, agencies.get("Z3").name) == ("Z1/Z3/Z4/", "Cơ quan Z3")
    assert not agencies.at_work().filter(code="Z9").exists()
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    jobs.turn()
    assert (agencies.get("Z4").path, agencies.get("Z3").name) == ("Z2/Z3/Z4/", "Ngày mai")
    assert agencies.at_work().filter(code="Z9").exists()


def test_a_place_that_changes_is_followed_by_the_agency_that_serves_it() -> None:
    services.put([item("Z1", place="99901", since=AFTER)])
    old = dict.fromkeys(("name", "full_name", "name_en", "sort_key", "folded"), "x")
    Place.objects.create(code="99901", kind="commune", valid_from=AFTER, valid_to=dt.date(2025, 12, 31), **old)
    new = Place.objects.create(code="99901", kind="ward", valid_from=dt.date(2026, 1, 1), **old)
    services.turn(clock.today())
    assert agencies.get("Z1").place == new
    assert agencies.serving("99901") == agencies.get("Z1")


# The tree on a day, against a walk in Python


def test_the_tree_of_any_day_is_that_of_its_versions() -> None:
    draws = random.Random(5)
    days = [SINCE + dt.timedelta(days=30 * n) for n in range(12)]
    codes = [f"Z{n:02}" for n in range(25)]
    rows: dict[str, list[AgencyItem]] = {}
    for number, name in enumerate(codes):
        starts = sorted(draws.sample(days, draws.randint(1, 3)))
        for start in starts:
            above = draws.choice(codes[:number]) if number and draws.random() < 0.9 else ""  # never a ring
            ends = start + dt.timedelta(days=draws.randint(5, 90)) if draws.random() < 0.2 else None
            rows.setdefault(name, []).append(
                item(name, above, since=start, name=f"{draws.choice('ĐÂOdB')} {start} {name}", valid_to=ends)
            )
    services.put([row for line in rows.values() for row in line])

    def row_on(name: str, day: dt.date) -> AgencyItem | None:
        begun = [row for row in rows[name] if row.valid_from <= day]
        return begun[-1] if begun and (begun[-1].valid_to is None or begun[-1].valid_to >= day) else None

    for day in [*days, *(day - dt.timedelta(days=1) for day in days), dt.date(2030, 1, 1)]:
        alive = {name: row for name in codes if (row := row_on(name, day))}
        found = {agency.code: agency for agency in agencies.in_force(day) if agency.code in rows}
        assert {name: (a.name, a.parent) for name, a in found.items()} == {
            name: (row.name, row.parent) for name, row in alive.items()
        }
        for name in codes:
            chain, above = [], alive.get(name)
            while above and above.parent in alive:
                chain.append(above.parent)
                above = alive[above.parent]
            assert [agency.code for agency in agencies.ancestors(name, day)] == chain[::-1]
            below = (
                {other for other in alive if other == name or name in {a.code for a in agencies.ancestors(other, day)}}
                if day in days[::4]
                else None
            )
            if below is not None:
                tree = [agency.code for agency in agencies.subtree(name, day)]
                assert set(tree) == (below if name in alive else set())
                assert len(tree) == len(set(tree))
                for agency in agencies.subtree(name, day)[1:]:
                    assert tree.index(agency.parent) < tree.index(agency.code)


def test_a_ring_in_the_versions_does_not_hang_the_tree() -> None:
    services.put([item("Z1"), item("Z2", "Z1"), item("Z3", "Z2")])
    Version.objects.filter(agency__code="Z1").update(parent=agencies.get("Z3"))
    assert [agency.code for agency in agencies.subtree("Z1", AFTER)] == ["Z1", "Z2", "Z3"]
    assert [agency.code for agency in agencies.ancestors("Z1", AFTER)] == ["Z2", "Z3"]
    services.turn(clock.today())
    assert agencies.get("Z1").path == "Z2/Z3/Z1/"


@pytest.mark.parametrize("ask", [agencies.subtree, agencies.ancestors])
def test_a_tree_is_one_query(ask: object, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        ask("H53.15", AFTER)  # type: ignore[operator]


# Codes


def world_of_codes() -> None:
    services.put([item("Z1"), item("Z2"), item("Z3", valid_to="2025-06-30"), item("Z4", valid_to="2025-06-30")])
    services.put([item("Z5", valid_to="2025-06-30"), item("Z6", since=AFTER)])
    services.put_codes(
        [
            code("000.00.01.Z99", "Z1", valid_to="2023-12-31"),
            code("000.00.02.Z99", "Z1", since=dt.date(2024, 1, 1)),
            code("Y1.7", "Z1", scheme="qd20", since=dt.date(2022, 1, 1)),
            code("000.00.03.Z99", "Z3"),
            code("000.00.06.Z99", "Z6", since=AFTER),
            code("000.00.01.Z99", "Z2", since=AFTER),  # used again, by another
        ]
    )
    services.put_successions(
        [
            follows("Z3", "Z6", AFTER),
            follows("Z4", "Z6", AFTER, "split"),
            follows("Z4", "Z2", AFTER, "split"),
        ]
    )


@pytest.mark.parametrize(
    ("text", "day", "standing", "meant", "heirs", "code_now"),
    [
        ("000.00.01.Z99", dt.date(2021, 5, 5), "in_force", "Z1", ["Z1"], "000.00.01.Z99"),
        ("000.00.01.Z99", dt.date(2024, 5, 5), "recoded", "Z1", ["Z1"], "000.00.02.Z99"),
        ("000.00.01.Z99", AFTER, "in_force", "Z2", ["Z2"], "000.00.01.Z99"),
        ("Y1.7", AFTER, "in_force", "Z1", ["Z1"], "Y1.7"),
        ("Z1", AFTER, "in_force", "Z1", ["Z1"], "Y1.7"),
        ("Z1", dt.date(2021, 5, 5), "in_force", "Z1", ["Z1"], ""),
        ("000.00.03.Z99", BEFORE, "in_force", "Z3", ["Z3"], "000.00.03.Z99"),
        ("000.00.03.Z99", AFTER, "succeeded", "Z3", ["Z6"], "000.00.06.Z99"),
        ("Z3", AFTER, "succeeded", "Z3", ["Z6"], "Z6"),
        ("Z4", AFTER, "divided", "Z4", ["Z2", "Z6"], ""),
        ("Z5", AFTER, "ended", "Z5", [], ""),
    ],
)
def test_a_code_means_what_it_meant_on_the_day(
    text: str, day: dt.date, standing: str, meant: str, heirs: list[str], code_now: str
) -> None:
    world_of_codes()
    found = agencies.by_code(text, day)
    assert (found.code, found.standing, found.meant.code) == (text, standing, meant)
    assert [heir.code for heir in found.heirs] == heirs
    assert found.code_now == code_now
    assert (found.agency.code if found.agency else None) == (heirs[0] if len(heirs) == 1 else None)


@pytest.mark.parametrize(
    ("text", "error", "data"),
    [
        ("000.00.06.Z99", "agencies.code_not_yet", {"day": AFTER}),
        ("000.00.77.H53", "agencies.unknown_code", {"proposal": "H53.77"}),
        ("H99.1", "agencies.unknown_code", {"proposal": ""}),
        ("H53/13", "agencies.no_code", {}),
        ("", "agencies.no_code", {}),
    ],
)
def test_what_is_not_known_says_why(text: str, error: str, data: dict) -> None:
    world_of_codes()
    with pytest.raises(Missing) as missing:
        agencies.by_code(text, BEFORE)
    assert missing.value.code == error
    assert missing.value.data == {"code": text, **data}


def test_a_proposal_is_never_taken_for_an_answer() -> None:
    assert agencies.find("H53.13") is not None
    with pytest.raises(Missing) as missing:
        agencies.by_code("000.00.13.H53", AFTER)
    assert missing.value.data["proposal"] == "H53.13"


def test_the_code_of_a_scheme_on_a_day() -> None:
    world_of_codes()
    days = dt.date(2021, 1, 1), dt.date(2024, 1, 1)
    assert [agencies.code_of("Z1", "qcvn102", day) for day in days] == ["000.00.01.Z99", "000.00.02.Z99"]
    assert [agencies.code_of("Z1", "qd20", day) for day in days] == [None, "Y1.7"]
    assert [agencies.code_of("Z2", scheme, BEFORE) for scheme in ("qcvn102", "qd20")] == [None, "Z2"]


def test_a_new_code_closes_the_one_before() -> None:
    services.put([item("Z1")])
    services.put_codes([code("000.00.01.Z99", "Z1")])
    services.put_codes([code("000.00.02.Z99", "Z1", since=AFTER)])
    assert Code.objects.get(code="000.00.01.Z99").valid_to == BEFORE
    assert agencies.by_code("000.00.01.Z99", AFTER).standing == "recoded"
    services.put_codes([code("000.00.01.Z99", "Z1"), code("000.00.02.Z99", "Z1", since=AFTER)])
    assert Code.objects.filter(agency__code="Z1").count() == 2


# What the database itself refuses


def refused(act: object) -> None:
    with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        act()  # type: ignore[operator]


def test_two_versions_or_codes_on_a_day_are_refused() -> None:
    world_of_codes()
    version = Version.objects.get(agency__code="Z1")
    copy = Version.objects.get(pk=version.pk)
    copy.pk, copy.valid_from = None, AFTER
    refused(copy.save)
    one, other = Code.objects.get(code="000.00.02.Z99"), agencies.get("Z2")
    refused(lambda: Code.objects.create(code=one.code, scheme=one.scheme, agency=other, valid_from=AFTER))
    refused(lambda: Code.objects.create(code="X", scheme=one.scheme, agency=one.agency, valid_from=AFTER))
    refused(lambda: Code.objects.create(code="X", scheme="qd20", agency=one.agency, valid_from=AFTER))
    assert Version.objects.filter(agency__code="Z1").count() == 1


def test_history_is_not_deleted() -> None:
    world_of_codes()
    services.put([item("Z1", name="Khác")])
    for model in (Version, Code, Succession, Revision):
        assert model.objects.exists()
        with connection.cursor() as cursor:
            table = model._meta.db_table
            refused(lambda table=table: cursor.execute(f"DELETE FROM {table}"))
            refused(lambda table=table: cursor.execute(f"TRUNCATE {table} CASCADE"))
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("UPDATE agencies_revision SET content = '{}'"))
