"""The newest pictures: replaced whole, never read as live when they are old, and no path leads out of their folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from vamco.kernel.base import clock
from vamco.systems.traffic.services import live

NOW = dt.datetime(2026, 11, 30, 1, 5, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAMCO_DATA = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_the_newest_takes_the_place_of_the_one_before() -> None:
    live.keep("c-1", b"one", live.Seen(NOW - dt.timedelta(seconds=5), {"car": 1}), plain=b"bare")
    live.keep("c-1", b"two", live.Seen(NOW, {"car": 2}, {"S1": "red"}, 3, 1920, 1080))
    assert (live.picture("c-1"), live.picture("c-1", plain=True)) == (b"two", b"bare")
    assert live.seen("c-1") == live.Seen(NOW, {"car": 2}, {"S1": "red"}, 3, 1920, 1080)
    assert sorted(each.name for each in live.folder().iterdir()) == ["c-1-plain.jpg", "c-1.jpg", "c-1.json"]


def test_in_doubt_is_not_zero() -> None:
    live.keep("c-1", b"x", live.Seen(NOW, None))
    found = live.seen("c-1")
    assert found is not None
    assert found.counts is None


def test_it_is_live_for_twenty_seconds() -> None:
    ages = {age: live.Seen(NOW - dt.timedelta(seconds=age)).fresh for age in (-5, 0, 20, 21)}
    assert ages == {-5: True, 0: True, 20: True, 21: False}


@pytest.mark.parametrize("code", ["../secret", "a/b", "", ".x", "A", "c" * 41])
def test_no_code_leads_out_of_the_folder(code: str, tmp_path: Path) -> None:
    (tmp_path / "traffic").mkdir()
    (tmp_path / "traffic" / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "traffic" / "secret.json").write_text("{}")
    assert live.picture(code) is None
    assert live.seen(code) is None
    with pytest.raises(ValueError, match="no code"):
        live.keep(code, b"x", live.Seen(NOW))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"at": "x"}', '{"at": "2026-11-30T01:05:00+00:00", "counts": 3}'])
def test_what_cannot_be_read_says_nothing(content: str) -> None:
    live.keep("c-1", b"x", live.Seen(NOW))
    (live.folder() / "c-1.json").write_text(content)
    assert live.seen("c-1") is None


def test_a_write_that_fails_leaves_the_old_one_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    live.keep("c-1", b"one", live.Seen(NOW))

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        live.keep("c-1", b"two", live.Seen(NOW))
    assert live.picture("c-1") == b"one"
    assert [each.name for each in live.folder().iterdir() if each.name.startswith(".")] == []
