"""Who took which table stands in the audit log; what they searched for, which may name people, does not."""

from __future__ import annotations

from typing import Any

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.places.models import Place
from vamco.systems.desk.tests import made


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_written_down_and_streams_outside_a_transaction(fresh_db: str, settings: Any, kind: str) -> None:
    settings.ROOT_URLCONF = "vamco.web.tables.tests.test_answering"
    settings.VAMCO_TODAY = made.TODAY
    office = made.person("office", made.OFFICE, "Trần Quốc Bảo")
    answer = made.reader(office).get(f"/places?export={kind}&words=Long&kind=ward")
    content = b"".join(answer.streaming_content)

    entry = Entry.objects.filter(act="web.export_table").get()
    assert (entry.actor, entry.subject) == (str(office.pk), "table:test.places")
    assert entry.detail == {"format": kind, "filtered_by": ["words", "kind"]}
    assert "Long" not in str(vars(entry))
    if kind == "csv":
        heading, rows = content.split(b"\r\n\r\n")
        assert "Loại: Phường".encode() in heading
        assert rows.count(b"\r\n") == 1 + Place.objects.filter(kind="ward", name__icontains="Long").count() > 1
