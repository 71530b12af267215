"""What rooms bring to the page of one's own account."""

from __future__ import annotations

from typing import Any

import pytest

from vamco.web import account
from vamco.web.account import Entry


def entry(url_name: str, order: int, **more: Any) -> Entry:
    return Entry(label=url_name, text="", url_name=url_name, icon="user", order=order, **more)


def test_entries_come_in_order_and_only_those_that_concern_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    reader: Any = object()
    monkeypatch.setattr(account.access, "allow", lambda who, act: who is reader and act == "x.may")
    with account._entries.restored(empty=True):
        account.register(
            entry("web:palette", 30),
            entry("web:verify", 10, act="x.may"),
            entry("web:language", 20, act="x.may_not"),
            entry("identity:log_in", 5, concerns=lambda who: who is not reader),
            entry("identity:log_out", 40, concerns=lambda who: who is reader),
        )
        assert [each.label for each in account.shown(reader)] == ["web:verify", "web:palette", "identity:log_out"]


def test_two_rooms_do_not_bring_the_same_page() -> None:
    with account._entries.restored(empty=True), pytest.raises(TypeError):
        account.register(entry("web:palette", 1), entry("web:palette", 2))
