"""The palette finds by beginnings of words, with or without marks, and only what the reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.systems.desk.tests import made
from vamco.web import palette
from vamco.web.palette import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

EVIL = "<script>alert('&')</script>"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", "abcd"),
        ("canh", "bc"),
        ("cảnh báo", "bc"),
        ("CB", ""),
        ("bao ca", "dbc"),
        ("dieu", "a"),
        ("z", ""),
        ("di chuc", ""),
    ],
)
def test_each_word_begins_some_word_and_beginnings_of_labels_come_first(words: str, found: str) -> None:
    labels = {"a": "Bảng điều hành", "b": "Cảnh báo", "c": "Xem cảnh báo", "d": "Báo cáo"}
    commands = [Command(label=label, url=key) for key, label in labels.items()]
    assert "".join(command.url for command in palette.ranked(commands, words)) == found


@pytest.mark.django_db
def test_only_what_the_reader_may_see_is_found(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY
    office, finance = made.person("office", made.OFFICE, "A"), made.person("department_official", made.FINANCE, "B")
    assert "/desk/alarms/" in made.reader(office).get("/find?part=options").content.decode()
    page = made.reader(finance).get("/find?q=viec").content.decode()
    assert 'href="/desk/"' in page
    assert Client().get("/find").status_code == 302
    answer = made.reader(office).get("/find", {"q": EVIL})
    assert "<script>alert" not in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.fixture
def nothing_registered() -> Iterator[None]:
    with palette._sources.restored(empty=True), palette._offers.restored(empty=True):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_registered")
def test_sources_and_offers_of_other_rooms_are_asked_and_bounded(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY

    def many(_request: object, words: str) -> list[Command]:
        return [Command(label=f"{EVIL}{words}{number}", url="/x") for number in range(50)]

    palette.register("Khác", many)
    with pytest.raises(TypeError, match=r"the source of the palette '.*many' is registered already"):
        palette.register("Khác", many)
    palette.offer(palette.Offer(label="Thu thập", url_name="hub:runs", act="hub.view_runs"))
    palette.offer(palette.Offer(label="Thu hồi", url_name="hub:runs", act="hub.retry_dead_letter"))
    html = made.reader(made.person("office", made.OFFICE, "A")).get("/find?part=options&q=thu").content.decode()
    assert html.count('data-url="/x"') == palette.MOST
    assert "<script>alert" not in html
    assert "Thu hồi" not in html
    identifiers = [part.split('"')[0] for part in html.split('id="')[1:]]
    assert len(identifiers) == len(set(identifiers))
