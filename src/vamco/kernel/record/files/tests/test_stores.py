"""One suite over both stores: a folder and a bucket that speaks S3."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.adapters import stores
from vamco.kernel.record.files.adapters.stores.disk import Disk
from vamco.kernel.record.files.adapters.stores.s3 import Bucket
from vamco.kernel.record.files.models import File
from vamco.kernel.record.files.services import keeping
from vamco.kernel.record.files.tests import s3
from vamco.lib.errors import Missing, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vamco.kernel.record.files.contracts import Store

NOW = dt.datetime.now(dt.UTC)
LATER, EARLIER = NOW + dt.timedelta(days=3), NOW - dt.timedelta(days=3)


@pytest.fixture(scope="module")
def simulator() -> Iterator[s3.Simulator]:
    with s3.running() as server:
        yield server


@pytest.fixture
def bucket(simulator: s3.Simulator, settings: Any) -> s3.Simulator:
    simulator.objects.clear()
    simulator.away = simulator.swallow = False
    settings.VAMCO_FILES = SecretStr(simulator.address)
    return simulator


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "s3":
        request.getfixturevalue("bucket")
    found = stores.store()
    assert isinstance(found, Disk if request.param == "disk" else Bucket)
    return found


def part(tmp_path: Path, content: bytes) -> tuple[Path, str]:
    path = stores.folder() / "incoming" / "part"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [0, 1, 12 << 20], ids=["empty", "small", "in parts"])
def test_what_is_laid_down_is_given_back(store: Store, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path, sha256 = part(tmp_path, content)
    assert not store.has(sha256, size)
    assert store.path(sha256) is None
    store.put(path, sha256)
    assert store.has(sha256, size)
    assert not store.has(sha256, size + 1)
    found = store.path(sha256)
    assert found is not None
    assert found.read_bytes() == content
    assert path.read_bytes() == content
    assert store.path(sha256) == found


def test_laying_down_again_replaces(store: Store, tmp_path: Path) -> None:
    path, sha256 = part(tmp_path, b"whole")
    store.put(path, sha256)
    found = store.path(sha256)
    assert found is not None
    store.put(path, sha256)
    assert store.has(sha256, 5)
    assert [entry.name for entry in path.parent.iterdir()] == ["part"]


def test_what_is_removed_is_gone_and_may_be_removed_again(store: Store, tmp_path: Path) -> None:
    path, sha256 = part(tmp_path, b"content")
    store.put(path, sha256)
    assert store.path(sha256) is not None
    store.remove(sha256)
    store.remove(sha256)
    assert not store.has(sha256, 7)
    assert store.path(sha256) is None


def test_the_old_are_listed(store: Store, tmp_path: Path) -> None:
    assert list(store.old(LATER)) == []
    path, sha256 = part(tmp_path, b"content")
    store.put(path, sha256)
    assert list(store.old(EARLIER)) == []
    assert list(store.old(LATER)) == [sha256]
    assert (store.older(sha256, EARLIER), store.older(sha256, LATER)) == (False, True)
    assert not store.older("0" * 64, LATER)


@pytest.mark.django_db
def test_a_file_lives_its_whole_life_in_either(store: Store) -> None:
    content = b"content" * 1000
    file = files.store(io.BytesIO(content), name="a.txt", terms=files.FROM_PEOPLE)
    assert store.has(file.sha256, len(content))
    assert files.content_path(file).read_bytes() == content
    assert keeping.sweep(NOW) == 0
    assert keeping.sweep(LATER) == 0
    sha256 = file.sha256
    assert files.drop(file.pk)
    assert keeping.sweep(LATER) == 1
    assert not store.has(sha256, len(content))
    with pytest.raises(Missing):
        files.content_path(File.objects.get(pk=file.pk))


@pytest.mark.django_db
def test_a_bucket_that_does_not_answer_stores_nothing(bucket: s3.Simulator) -> None:
    file = files.store(io.BytesIO(b"first"), name="a.txt")
    bucket.away = True
    with pytest.raises(Unavailable) as unavailable:
        files.store(io.BytesIO(b"second"), name="b.txt")
    assert unavailable.value.code == "files.store_away"
    assert File.objects.count() == 1
    with pytest.raises(Unavailable):
        files.content_path(file)
    bucket.away = False
    assert files.content_path(file).read_bytes() == b"first"


@pytest.mark.django_db
def test_a_bucket_that_loses_a_part_is_noticed(bucket: s3.Simulator) -> None:
    bucket.swallow = True
    with pytest.raises(Unavailable):
        files.store(io.BytesIO(b"0123456789"), name="a.txt")
    assert not File.objects.exists()
    assert [key for key in bucket.objects if not key.endswith("/")] == []  # pyarrow leaves the folder


@pytest.mark.django_db
def test_a_bucket_that_gives_something_else_is_noticed(bucket: s3.Simulator) -> None:
    file = files.store(io.BytesIO(b"first"), name="a.txt")
    ((key, (_, at)),) = bucket.objects.items()
    bucket.objects[key] = (b"fir5t", at)
    with pytest.raises(Unavailable):
        files.content_path(file)
