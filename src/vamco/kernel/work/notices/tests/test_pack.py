"""The sections of the pack: mistakes have file and line, a changed template is a new version, and what was sent stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.tests import copies
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.models import TemplateVersion
from vamco.kernel.work.notices.tests import made

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return copies.copied(tmp_path)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "notices/onestop.yaml",
            "Đã tiếp nhận hồ sơ {dossier}",
            "Đã nhận {hoso}",
            "vi.title: a declared field, found {hoso}",
        ),
        (
            "notices/onestop.yaml",
            "Ho so {dossier} da duoc",
            "Hồ sơ {dossier} da duoc",
            "vi.sms: letters without diacritics",
        ),
        (
            "notices/work.yaml",
            "kind: reminder",
            "kind: nothing",
            "kind: one of account, dossier, emergency, news, privacy, reminder, traffic, work",
        ),
        (
            "notice_kinds.yaml",
            "  source: NĐ 224/2026/NĐ-CP, Đ. 15(1)g\n",
            "",
            "source: the law by which people must be told",
        ),
        ("notices/work.yaml", "channels: [email, push]", "channels: [fax]", "channels.0"),
    ],
)
def test_a_mistake_has_file_and_line(pack: Path, file: str, old: str, new: str, expected: str) -> None:
    change(copies.holding(pack, file, old), old, new)
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(pack)
    assert refused.value.faults
    for fault in refused.value.faults:
        assert fault.file == file
        assert fault.line > 0
    assert any(expected in fault.expected for fault in refused.value.faults)


@pytest.mark.django_db
def test_what_was_sent_reads_as_it_was_sent(pack: Path, lan: Person) -> None:
    packs.load(pack)
    before = TemplateVersion.objects.get(code="onestop.received").version
    made.send(lan, key="before")
    change(pack.parent / copies.BASE / "notices" / "onestop.yaml", "Đã tiếp nhận hồ sơ", "Chúng tôi đã nhận hồ sơ")
    packs.load(pack)
    packs.load(pack)
    made.send(lan, key="after")
    after, old = notices.inbox(lan, "vi").notices
    assert old.title == "Đã tiếp nhận hồ sơ H53.13-261120-0001"
    assert after.title == "Chúng tôi đã nhận hồ sơ H53.13-261120-0001"
    assert sorted(TemplateVersion.objects.filter(code="onestop.received").values_list("version", flat=True)) == [
        before,
        before + 1,
    ]
