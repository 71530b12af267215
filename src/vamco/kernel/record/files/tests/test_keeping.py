"""Limits of an owner, retention, links."""

from __future__ import annotations

import datetime as dt
import io
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.removals import public as removals
from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.adapters import stores
from vamco.kernel.record.files.models import Content, File, PictureFacts
from vamco.kernel.record.files.services import keeping
from vamco.kernel.record.files.tests import hostile
from vamco.kernel.record.files.tests.test_pictures import exif
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Forbidden, Missing, Refused, Unavailable

TODAY = dt.date(2026, 11, 22)


def keep(content: bytes = b"content", name: str = "a.txt", **more: Any) -> File:
    return files.store(io.BytesIO(content), name=name, **{"terms": files.FROM_PEOPLE, **more})


def lies(sha256: str) -> bool:
    return stores.store().path(sha256) is not None


# Limits


@pytest.mark.django_db
def test_an_owner_has_room_for_so_many_files_and_so_many_bytes() -> None:
    few = files.Terms(frozenset({files.Kind.TEXT}), 100, max_files=2, max_total=100)
    keep(b"a" * 60, terms=few, owner="case:1")
    with pytest.raises(Refused) as full:
        keep(b"b" * 60, terms=few, owner="case:1")
    assert full.value.code == "files.owner_full"
    second = keep(b"b" * 40, terms=few, owner="case:1")
    with pytest.raises(Refused) as many:
        keep(b"c", terms=few, owner="case:1")
    assert (many.value.code, many.value.data["limit"]) == ("files.too_many", 2)
    keep(b"c" * 100, terms=few, owner="case:2")
    files.drop(second.pk)
    keep(b"c", terms=few, owner="case:1")
    assert File.objects.filter(owner="case:1", dropped_at=None).count() == 2


@pytest.mark.usefixtures("fresh_db")
def test_two_who_add_at_once_do_not_both_take_the_last_place() -> None:
    one = files.Terms(None, 100, max_files=1)
    refused: list[str] = []
    start = threading.Barrier(4)

    def add(n: int) -> None:
        start.wait()
        try:
            keep(b"%d" % n, terms=one, owner="case:1")
        except Refused as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["files.too_many"] * 3
    assert File.objects.count() == 1


# Retention


@pytest.mark.usefixtures("fresh_db")
def test_what_need_not_be_kept_goes_and_leaves_a_trace() -> None:
    finance = agencies.get("H53.04")
    file = keep(hostile.picture(exif=exif()), "a.jpg", agency=finance, keep_until=TODAY)
    forever = keep(b"forever")
    contents = [file.content_id, file.rendition_id]
    assert all(lies(one) for one in contents if one)
    assert keeping.purge(TODAY) == 0
    assert keeping.purge(TODAY + dt.timedelta(days=1)) == 1
    assert keeping.purge(TODAY + dt.timedelta(days=1)) == 0
    assert not any(lies(one) for one in contents if one)
    assert not PictureFacts.objects.exists()
    row = File.objects.get(pk=file.pk)
    assert (row.name, row.sha256, row.rendition, row.size) == ("", "", None, file.size)
    assert row.dropped_at is not None
    with pytest.raises(Missing) as missing:
        files.served(row, to=None)
    assert missing.value.code == "files.dropped"
    entry = Entry.objects.get(act="files.purge")
    assert (entry.chain_id, entry.actor, entry.subject) == ("H53.04", "system", f"file:{file.pk}")
    assert files.content_path(File.objects.get(pk=forever.pk)).read_bytes() == b"forever"
    assert list(Content.objects.values_list("pk", flat=True)) == [forever.sha256]


@pytest.mark.usefixtures("fresh_db")
def test_a_content_that_two_share_stays_for_the_other() -> None:
    mine, yours = keep(name="mine.txt", keep_until=TODAY), keep(name="yours.txt")
    assert keeping.purge(TODAY + dt.timedelta(days=1)) == 1
    assert files.content_path(File.objects.get(pk=yours.pk)).read_bytes() == b"content"
    assert File.objects.get(pk=mine.pk).content is None
    assert files.drop(yours.pk, by="7", purpose="Yêu cầu xóa")
    assert not lies(mine.sha256)
    entry = Entry.objects.get(act="files.erase")
    assert (entry.actor, entry.purpose, entry.detail["shared"]) == ("7", "Yêu cầu xóa", 0)


@pytest.mark.django_db
def test_a_purge_that_rolls_back_leaves_the_content(django_capture_on_commit_callbacks: Any) -> None:
    file = keep(keep_until=TODAY)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        assert keeping.purge(TODAY + dt.timedelta(days=1)) == 1
        transaction.set_rollback(True)
    assert files.content_path(File.objects.get(pk=file.pk)).read_bytes() == b"content"


@pytest.mark.django_db
def test_the_time_to_keep_can_be_changed_and_that_stands_in_the_log() -> None:
    file = keep(keep_until=TODAY)
    files.retain(file.pk, TODAY + dt.timedelta(days=365), by="7", purpose="Khiếu nại")
    assert keeping.purge(TODAY + dt.timedelta(days=100)) == 0
    entry = Entry.objects.get(act="files.retain")
    assert (entry.actor, entry.purpose, entry.detail) == ("7", "Khiếu nại", {"until": "2027-11-22"})
    files.retain(file.pk, None)
    assert keeping.purge(TODAY + dt.timedelta(days=10_000)) == 0
    with pytest.raises(Missing):
        files.retain(10**9, None)


@pytest.mark.usefixtures("fresh_db")
def test_a_purge_waits_for_who_is_just_giving_the_content_a_name() -> None:
    keep(keep_until=TODAY)
    dropped: list[int] = []

    def purge() -> None:
        dropped.append(keeping.purge(TODAY + dt.timedelta(days=1)))
        connection.close()

    with transaction.atomic():
        again = keep(name="again.txt")
        thread = threading.Thread(target=purge)
        thread.start()
        thread.join()
    assert dropped == [0]
    assert keeping.purge(TODAY + dt.timedelta(days=1)) == 1
    assert files.content_path(File.objects.get(pk=again.pk)).read_bytes() == b"content"


@pytest.mark.usefixtures("fresh_db")
def test_a_content_that_is_purged_between_examination_and_keeping_is_laid_down_again() -> None:
    old = keep(keep_until=TODAY)
    with files.examined(io.BytesIO(b"content"), name="new.txt") as ready:
        assert keeping.purge(TODAY + dt.timedelta(days=1)) == 1
        assert not lies(old.sha256)
        new = files.keep(ready)
    assert files.content_path(new).read_bytes() == b"content"


@pytest.mark.django_db
def test_what_is_examined_and_not_kept_is_swept() -> None:
    with files.examined(io.BytesIO(b"content"), name="a.txt") as ready:
        sha256 = ready.original.sha256
    assert not File.objects.exists()
    assert not ready.original.part.exists()
    assert keeping.sweep(dt.datetime.now(dt.UTC) + dt.timedelta(days=3)) == 1
    assert not lies(sha256)


# Links


@pytest.mark.django_db
def test_a_link_opens_one_file_to_one_holder_for_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    file, other, now = keep(), keep(b"other"), clock.now()
    until = now + dt.timedelta(hours=1)
    token = files.link(file, holder="person:7", until=until)
    assert files.linked(token, holder="person:7") == file

    def wrong(token: str, holder: str = "person:7") -> str:
        with pytest.raises(Forbidden) as forbidden:
            files.linked(token, holder=holder)
        return forbidden.value.code

    for foreign in ("person:8", "person:77", "purpose:7", "", "person:7\0"):
        assert wrong(token, foreign) == "files.link_wrong"
    pk, end, seal = token.split(".")
    for forged in (
        f"{other.pk}.{end}.{seal}",
        f"{pk}.{int(end) + 60}.{seal}",
        f"{pk}.{end}.{seal[:-1]}",
        f"{pk}.{end}.{seal}=",
        f"{pk}.{end}.",
        f"0{pk}.{end}.{seal}",
        f"{pk}.-{end}.{seal}",
        "",
        "..",
        "é.é.é",
        f"{pk}.{end}.\ud800",
    ):
        assert wrong(forged) == "files.link_wrong"
    assert wrong(files.link(File(pk=10**12), holder="person:7", until=until)) == "files.link_wrong"
    monkeypatch.setattr(clock, "now", lambda: until)
    assert wrong(token) == "files.link_expired"
    assert wrong(token, "person:8") == "files.link_wrong"  # who does not hold it learns nothing


@pytest.mark.django_db
def test_a_link_of_another_house_opens_nothing(settings: Any) -> None:
    file = keep()
    token = files.link(file, holder="person:7", until=clock.now() + dt.timedelta(hours=1))
    settings.SECRET_KEY = "x" * 60
    with pytest.raises(Forbidden):
        files.linked(token, holder="person:7")


# Backups


@pytest.mark.usefixtures("fresh_db")
def test_nothing_is_removed_while_a_backup_runs() -> None:
    file = keep(b"needed by the backup")
    sha256 = file.sha256
    inside, done = threading.Event(), threading.Event()

    def back_up() -> None:
        try:
            with removals.suspended():
                inside.set()
                done.wait(120)
                assert removals.held()
        finally:
            connection.close()

    thread = threading.Thread(target=back_up)
    thread.start()
    assert inside.wait(120)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    try:
        assert files.drop(file.pk)
        assert lies(sha256)  # the row is gone, the content stays
        assert keeping.sweep(later) == 0
        with pytest.raises(Unavailable) as second, removals.suspended(patience=0):
            pass
        assert second.value.code == "backup.busy"
    finally:
        done.set()
        thread.join(120)
    assert keeping.sweep(later) == 1
    assert not lies(sha256)


@pytest.mark.usefixtures("fresh_db")
def test_a_backup_waits_for_a_removal_that_is_under_way() -> None:
    begun: list[str] = []

    def back_up() -> None:
        try:
            with removals.suspended(patience=0):
                begun.append("backup")
        except Unavailable as busy:
            begun.append(busy.code)
        finally:
            connection.close()

    with transaction.atomic():
        assert removals.allowed()
        thread = threading.Thread(target=back_up)
        thread.start()
        thread.join(120)
    thread = threading.Thread(target=back_up)
    thread.start()
    thread.join(120)
    assert begun == ["backup.busy", "backup"]
