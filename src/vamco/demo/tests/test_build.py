"""The demonstration is the same for ever, moves forward without touching the past, and is as dirty as it says."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from vamco.demo import build, datasets, disbursement, dossiers, treasury
from vamco.demo.province import Province

PACK = Path(__file__).parents[4] / "packs" / "tayninh"
TODAY = date(2026, 3, 20)


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return build.build(tmp_path_factory.mktemp("demo"), pack=PACK, today=TODAY)


@pytest.fixture(scope="module")
def province():
    return Province.read(PACK, build.SEED)


def test_the_same_seed_and_day_give_the_same_bytes(demo, tmp_path):
    assert hashes(build.build(tmp_path, pack=PACK, today=TODAY).folder) == hashes(demo.folder)


def test_another_seed_gives_other_data_and_the_same_published_total(demo, tmp_path):
    other = build.build(tmp_path, pack=PACK, today=TODAY, seed=7)
    assert hashes(other.treasury) != hashes(demo.treasury)

    def total(folder: Path) -> int:
        planted = {(p.file, p.row) for p in build.Demo.open(folder).planted}
        rows = treasury.lines(folder / "treasury" / "kb_giaingan.jsonl")
        found = [json.loads(row) for n, row in enumerate(rows, start=1) if ("kb_giaingan.jsonl", n) not in planted]
        return sum(row["so_tien"] for row in found if row["nam_ke_hoach"] == 2026 and row["ngay"] <= "2026-03-05")

    assert total(other.folder) == total(demo.folder) == 1_062_000_000_000


def test_a_days_events_do_not_change_when_the_day_moves_on(province):
    until = date(2025, 9, 10)
    early = disbursement.payments(province, 1, until)
    late = disbursement.payments(province, 1, date(2026, 2, 10))
    assert early == [payment for payment in late if payment.day <= until]
    assert dossiers.dossiers(province, 1, until) == [
        d for d in dossiers.dossiers(province, 1, date(2025, 12, 10)) if d.received <= until
    ]


def test_single_steps_end_where_a_build_of_that_day_ends(tmp_path):
    stepped = build.build(tmp_path / "a", pack=PACK, today=date(2026, 1, 26), scale=500)
    before = (stepped.treasury / "kb_giaingan.jsonl").read_bytes()
    for _ in range(6):
        build.advance(stepped.folder)
    assert (stepped.treasury / "kb_giaingan.jsonl").read_bytes().startswith(before)
    built = build.build(tmp_path / "b", pack=PACK, today=date(2026, 2, 1), scale=500)
    assert hashes(stepped.folder) == hashes(built.folder)


@pytest.mark.parametrize("written", ["kb_giaingan.jsonl", "both", "nothing"])
def test_a_day_that_was_interrupted_is_done_once(tmp_path, monkeypatch, written):
    demo = build.build(tmp_path / "a", pack=PACK, today=date(2026, 1, 26), scale=500)
    expected = hashes(build.build(tmp_path / "b", pack=PACK, today=date(2026, 1, 28), scale=500).folder)
    replaced = treasury.replace

    def killed(path, content):
        if written in {path.name, "both"}:
            replaced(path, content)
        if written != "both":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(treasury, "replace", killed)
        patch.setattr(build.spreadsheets, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            build.advance(demo.folder)
    assert build.Demo.open(demo.folder).today == date(2026, 1, 26)
    build.advance(demo.folder, 2)
    assert hashes(demo.folder) == expected


def test_an_interrupted_build_is_no_build(tmp_path, monkeypatch):
    build.build(tmp_path, pack=PACK, today=date(2025, 7, 3), scale=500)
    monkeypatch.setattr(build.spreadsheets, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        build.build(tmp_path, pack=PACK, today=date(2025, 7, 4), scale=500)
    with pytest.raises(FileNotFoundError):
        build.advance(tmp_path)


def test_late_transactions_stay_in_their_place_and_the_list_of_dirty_rows_counts_them(tmp_path):
    demo = build.build(tmp_path, pack=PACK, today=date(2026, 1, 26), scale=500)
    path = demo.treasury / "kb_giaingan.jsonl"
    before = len(treasury.lines(path))
    treasury.add_lines(path, ['{"ma_giao_dich":"late"}'])
    demo = build.advance(demo.folder, 60)
    lines = treasury.lines(path)
    assert lines[before] == '{"ma_giao_dich":"late"}'
    listed = [p for p in demo.planted if p.file == path.name]
    assert any(p.row > before for p in listed)
    assert all(json.loads(lines[p.row - 1])["ma_giao_dich"] == p.key for p in listed)


def test_a_file_that_has_nothing_new_is_not_written_again(tmp_path):
    demo = build.build(tmp_path, pack=PACK, today=date(2026, 1, 25))
    old = demo.shared / "mot-cua" / "ho-so-2025-Q3.csv"
    stamp = old.stat().st_mtime_ns
    moved = build.advance(demo.folder)
    assert moved.today == date(2026, 1, 26)
    assert old.stat().st_mtime_ns == stamp
    assert not list(demo.folder.rglob("*.part"))


def test_building_again_leaves_nothing_of_the_old_build(tmp_path):
    build.build(tmp_path, pack=PACK, today=date(2026, 2, 2))
    build.build(tmp_path, pack=PACK, today=date(2025, 8, 2))
    assert not list(tmp_path.rglob("*2026*"))


def test_about_three_rows_in_a_thousand_are_dirty_in_every_way_that_a_dataset_knows(demo):
    planted = demo.planted
    rows = sum(1 for path in demo.shared.rglob("*.csv") for _ in path.read_bytes().splitlines()) + sum(
        len(treasury.lines(path)) for path in demo.treasury.glob("*.jsonl")
    )
    assert 0.002 < len(planted) / rows < 0.004
    found = Counter((p.dataset, p.flaw) for p in planted)
    for dirt in (datasets.GIAINGAN, datasets.HOSO):
        assert all(found[dirt.dataset, flaw.name] for flaw in dirt.flaws)
    assert found["dkkd", "wrong_encoding"]


def test_the_list_of_dirty_rows_names_the_rows_that_are_dirty(demo):
    lines = treasury.lines(demo.treasury / "kb_giaingan.jsonl")
    known = {investor.code for investor in Province.read(PACK, demo.seed).investors}
    listed = {p.row: p for p in demo.planted if p.file == "kb_giaingan.jsonl"}
    for number, line in enumerate(lines, start=1):
        row = json.loads(line)
        if number in listed:
            assert row["ma_giao_dich"] == listed[number].key
        else:
            assert isinstance(row["so_tien"], int)
            assert row["so_tien"] > 0
            assert row["ma_chu_dau_tu"] in known
            assert row["ngay"] <= TODAY.isoformat()
    revenue = treasury.lines(demo.treasury / "kb_thu.jsonl")
    negative = [p.row for p in demo.planted if p.file == "kb_thu.jsonl" and p.flaw == "negative"]
    spoiled = [json.loads(revenue[row - 1])["so_tien"] for row in negative]
    assert spoiled
    assert all(amount < 0 for amount in spoiled)


def test_a_duplicate_repeats_the_row_before_it(demo):
    lines = treasury.lines(demo.treasury / "kb_giaingan.jsonl")
    twins = [p.row for p in demo.planted if p.file == "kb_giaingan.jsonl" and p.flaw == "duplicate_key"]
    assert twins
    assert all(lines[row - 1] == lines[row - 2] for row in twins)


def test_nobody_spends_more_than_its_plan(province):
    until = date(2026, 1, 31)
    spent: Counter[str] = Counter()
    for payment in disbursement.payments(province, build.SEED, until):
        if payment.year == 2025:
            spent[payment.investor] += payment.amount
    plan: Counter[str] = Counter()
    for line in disbursement.allocations(province, build.SEED, 2025):
        plan[line.investor] += line.own_plan
    assert set(spent) == set(plan) == {investor.code for investor in province.investors}
    assert all(spent[code] <= plan[code] for code in plan)
    shares = sorted(spent[code] / plan[code] for code in plan)
    assert shares[0] < 0.4
    assert shares[24] > 0.8


def test_the_treasury_pays_nothing_on_weekends_and_at_tet(province):
    days = {payment.day for payment in disbursement.payments(province, build.SEED, date(2026, 3, 1))}
    assert not [day for day in days if day.weekday() > 4]
    assert not days & {date(2026, 2, 17) + timedelta(days=n) for n in range(-3, 4)}


def test_a_dossier_that_is_not_returned_yet_has_no_day_of_return(province):
    rows = list(datasets.filed(province, build.SEED, date(2025, 8, 15), 20))
    assert all(row[7] is None or row[7] <= date(2025, 8, 15) for row in rows)
    assert [row for row in rows if row[7] is None]


def test_scale_makes_fewer_dossiers(province):
    whole = len(dossiers.dossiers(province, 1, date(2025, 11, 30)))
    assert whole == 35_000
    assert len(dossiers.dossiers(province, 1, date(2025, 11, 30), scale=200)) == 3_500


def test_only_line_feeds_end_lines(tmp_path):
    path = tmp_path / "x.jsonl"
    assert treasury.lines(path) == []
    treasury.add_lines(path, ['{"a":"\u2028\x85"}', "{}"])
    assert treasury.lines(path) == ['{"a":"\u2028\x85"}', "{}"]


@pytest.mark.parametrize("today", [date(2024, 12, 31), date(2025, 3, 1), date(2028, 5, 5)])
def test_any_day_can_be_today(tmp_path, today):
    demo = build.build(tmp_path, pack=PACK, today=today, scale=2000)
    days = [json.loads(line)["ngay"] for line in treasury.lines(demo.treasury / "kb_thu.jsonl")]
    assert max((day for day in days if day[:4] != "2062"), default="") <= today.isoformat()
    assert len(days) > 20_000 if today.year == 2028 else len(days) < 3_000
