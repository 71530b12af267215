"""Personal data in source rows: planted values are searched for in every address, as everybody, in pages, files and logs.

A contract marks the column of a dossier's code; the file holds a column that the contract does not know; a row is shifted, so
that a personal value stands in another column.
"""

from __future__ import annotations

import ast
import io
import logging
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.architecture.source_tree import product
from tests.architecture.test_addresses_and_people import VISITOR, browser, text_of, walked
from vamco.demo import log_ins
from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import pack as access_pack
from vamco.kernel.world.access.declaration import RoleItem
from vamco.kernel.world.people import public as people
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import MASK, Delivery, Layout
from vamco.systems.hub.models import Quarantined
from vamco.systems.identity.models import Account
from vamco.systems.indicators import public as indicators

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
TAKEN, KEPT_BACK, SHIFTED, NAME = (
    "H53.16-261102-7701",
    "H53.16-261102-8802",
    "H53.16-261102-9903",
    "Nguyễn Thị Planted",
)
PLANTED = (TAKEN, KEPT_BACK, SHIFTED, NAME)
HEAD = "ky_tiep_nhan,ma_ho_so,ma_tthc,ma_xa,ma_co_quan,ngay_tiep_nhan,han_tra,ngay_tra,kenh,nguoi_nop"
READERS = (VISITOR, "lanhdao", "vanphong", "ioc", "taichinh", "sotaichinh", "kiemtoan", "trangbang")
PURPOSE = "Xác minh đơn khiếu nại 12/2026"


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def delivered(tmp_path: Path) -> dict[str, Any]:
    """A file of dossiers, some of them in quarantine, and a value that was computed from the others."""
    log_ins.open_all()
    good = [f"2026-Q4,H53.16-261102-{n:04d},1.001,25459,H53.16,2026-11-02,2026-11-09,2026-11-05,truc_tuyen,{NAME}"
            for n in range(30)]  # fmt: skip
    rows = [
        HEAD, *good,
        f"2026-Q4,{TAKEN},1.001,25459,H53.16,2026-11-03,2026-11-09,2026-11-05,truc_tuyen,{NAME}",
        f"2026-Q4,{KEPT_BACK},1.001,25459,H53.16,2026-11-02,2026-11-01,,truc_tuyen,{NAME}",
        f"2026-Q4,1.001,25459,H53.16,{SHIFTED},2026-11-02,2026-11-09,,truc_tuyen,{NAME}",
    ]  # fmt: skip
    path = tmp_path / "ho-so.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    run = hub.receive("motcua_hoso", Delivery("mot-cua", path.name, "text/csv", path, clock.now(), "", Layout("csv")))
    assert (run.state, run.accepted, run.quarantined) == ("published", 31, 2)
    indicators.settle(["HCC07"])
    value = indicators.recent(indicators.definition("HCC07"))[-1]
    return {"run_id": run.id, "value_id": value.id, "code": "HCC07", "source": "mot-cua", "path": path}


def found_in(answer: Any) -> list[str]:
    """The planted values in an answer; a workbook is opened."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for close in answer._resource_closers:  # all of `close()` would end the test's transaction
        close()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    return [value for value in PLANTED if value.encode() in body]


@pytest.mark.parametrize("who", READERS)
def test_no_address_shows_a_planted_value(
    who: str, delivered: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, shown = browser(who), []
    for address in walked():
        url = address.of(delivered.get(address.argument, "khong-co"))
        if address.route.startswith("log-out"):
            continue
        for query in ("", "?export=csv", "?export=xlsx", f"?q={TAKEN}", f"?row=31&q={NAME}"):
            shown += [(url + query, value) for value in found_in(client.get(url + query)) if query.find(value) < 0]
    assert shown == []
    assert not [record for record in caplog.records if any(value in record.getMessage() for value in PLANTED)]
    assert not Entry.objects.filter(act="hub.see_personal").exists()


def test_rows_are_masked_for_those_with_reach_and_counted_for_those_without(delivered: dict[str, Any]) -> None:
    lineage, run = f"/values/{delivered['value_id']}", f"/desk/runs/{delivered['run_id']}"
    for who in ("sotaichinh", "taichinh", "trangbang"):
        page = text_of(browser(who).get(lineage))
        assert "62 dòng ngoài phạm vi của bạn" in page
        assert MASK not in page
        assert "ho-so.csv, dòng" not in page
    for who in ("lanhdao", "vanphong", "ioc", "kiemtoan"):
        page = text_of(browser(who).get(lineage))
        assert "ngoài phạm vi" not in page
        assert page.count(MASK) == 20  # 10 rows each of numerator and denominator, one column
        assert "2026-11-03" in page
        page = text_of(browser(who).get(run))
        assert page.count(MASK) == 1 + 8  # of the shifted row every cell that holds something


def test_values_are_whole_only_for_a_stated_purpose_that_is_on_record(delivered: dict[str, Any]) -> None:
    auditor = Account.objects.get(username="kiemtoan").person
    client = browser("kiemtoan")
    lineage, run = f"/values/{delivered['value_id']}", f"/desk/runs/{delivered['run_id']}"

    for url in (lineage, run):
        answer = client.post(url, {"purpose": "  "})
        assert (answer.status_code, found_in(answer)) == (422, [])
    assert client.post(f"{run}/file", {"purpose": ""}).status_code == 403
    assert client.get(f"{run}/file").status_code == 403
    assert not Entry.objects.filter(act="hub.see_personal").exists()

    assert found_in(client.post(lineage, {"purpose": PURPOSE})) == [TAKEN]
    entry = Entry.objects.get(act="hub.see_personal")
    assert (entry.actor, entry.chain_id, entry.subject, entry.purpose) == (
        str(auditor.pk), "H53.16", "dataset:motcua_hoso", PURPOSE,
    )  # fmt: skip
    assert (entry.detail["fields"], entry.detail["dataset"]) == (["ma_ho_so"], "motcua_hoso")
    rows = entry.detail["rows"][str(delivered["run_id"])]
    assert (31 in rows, len(rows)) == (True, 10)

    assert found_in(client.post(run, {"purpose": PURPOSE})) == [KEPT_BACK, SHIFTED]
    entry = Entry.objects.filter(act="hub.see_personal").latest("id")
    assert (entry.actor, entry.subject, entry.purpose) == (str(auditor.pk), f"run:{delivered['run_id']}", PURPOSE)
    assert entry.detail["rows"] == {str(delivered["run_id"]): [32, 33]}

    assert found_in(client.post(f"{run}/file", {"purpose": PURPOSE})) == list(PLANTED)
    entry = Entry.objects.filter(act="hub.see_personal").latest("id")
    assert (entry.subject, entry.purpose) == (f"run:{delivered['run_id']}", PURPOSE)
    assert entry.detail["file"] == hub.run(delivered["run_id"]).sha256
    assert not [each for each in Entry.objects.all() if any(value in str(each.detail) for value in PLANTED)]
    assert found_in(client.get(lineage)) == found_in(client.get(run)) == []  # a look opens nothing for the next one
    empty = f"/desk/runs/{delivered['run_id']}?page=1"
    Quarantined.objects.all().delete()
    assert "Đang hiển thị dữ liệu cá nhân" not in text_of(client.post(empty, {"purpose": PURPOSE}))
    assert Entry.objects.filter(act="hub.see_personal").count() == 3


def test_without_the_right_a_purpose_opens_nothing(delivered: dict[str, Any]) -> None:
    for who in ("vanphong", "ioc"):
        client = browser(who)
        for url in (f"/values/{delivered['value_id']}", f"/desk/runs/{delivered['run_id']}"):
            for address in (url, f"{url}/file" if "runs" in url else url):
                answer = client.post(address, {"purpose": PURPOSE})
                assert (address, answer.status_code, found_in(answer)) == (address, 403, [])
    assert not Entry.objects.filter(act="hub.see_personal").exists()


def test_what_is_marked_later_is_masked_in_older_runs_too(delivered: dict[str, Any]) -> None:
    """The mark of the contract in force counts, whatever the contract of the run said."""
    from django.db import transaction

    from vamco.systems.hub import services
    from vamco.systems.hub.models import Dataset
    from vamco.systems.hub.rules.odcs import DatasetItem

    content = Dataset.objects.get(code="motcua_hoso").contract.content  # type: ignore[union-attr]
    for field in content["schema"][0]["properties"]:
        field["classification"] = {"ma_tthc": "personal-sensitive"}.get(field["name"], "")
    with transaction.atomic():
        services.put_contracts([DatasetItem.model_validate(content)])
    reader = Account.objects.get(username="vanphong").person
    row = hub.quarantine(delivered["run_id"], reader)[0]
    assert (row.values["ma_ho_so"], row.values["ma_tthc"], row.values["ma_xa"]) == (MASK, MASK, "25459")
    line = hub.source_row(delivered["run_id"], 32, reader).values
    assert (line["ma_ho_so"], line["ma_tthc"], line["nguoi_nop"], line["ma_xa"]) == (MASK, MASK, MASK, "25459")


@pytest.mark.parametrize(("place", "inside"), [("25459", 62), ("25708", 0)])
def test_a_role_bound_to_a_place_sees_the_rows_of_that_place(
    delivered: dict[str, Any], place: str, inside: int
) -> None:
    access_pack.ROLES.put(
        [RoleItem(code="here", name="Ở đây", name_en="Here", reach="all", place_bound=True, acts=("hub.view_runs",))]
    )
    reader = people.add("Người Xã")
    agency = made.agencies.get(f"H53.{place}")
    people.appoint(reader, agency, "here", since=made.SINCE)
    rows = indicators.rows_behind(indicators.lineage(delivered["value_id"]), reader, 100)
    assert (rows.total, rows.outside, len(rows)) == (62, 62 - inside, inside)
    assert {each.row.values["ma_ho_so"] for each in rows} <= {MASK}


def test_pages_get_rows_only_as_their_reader_may_see_them() -> None:
    """Raw rows come from a relation and an engine; beside the hub only the indicators, which count them, ask for these."""
    raw = {"relation", "engine"}
    asked = {
        source.name
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in raw
        and isinstance(node.value, ast.Name)
        and node.value.id == "hub"
    }
    assert asked == {"src/vamco/systems/indicators/public.py", "src/vamco/systems/indicators/services.py"}
