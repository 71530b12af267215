"""Vietnamese is complete: every msgid has its words, and the words say what the msgid says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from vamco.cli import messages

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

POS = {po.parents[3].name: po for po in messages.catalogues("vi") if po.exists()}
PLACES = re.compile(r"%(?:\(\w+\))?[sdif%]|\{\w*\}")


@pytest.fixture(scope="module", params=sorted(POS))
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return messages.read(POS[request.param])


def entries(catalogue: Catalog) -> list[Message]:
    return [entry for entry in catalogue if entry.id]


def words(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


def test_catalogue_holds_what_the_code_says_and_nothing_else() -> None:
    shares = messages.share(messages.extract())
    outcomes = {
        room: messages.update(po, shares.get(room.removeprefix("vamco"), ()), write=False) for room, po in POS.items()
    }
    assert {room: (outcome.added, outcome.gone) for room, outcome in outcomes.items()} == dict.fromkeys(POS, ([], []))
    assert set(shares) <= {room.removeprefix("vamco") for room in POS}
    assert sum(outcome.total for outcome in outcomes.values()) > 300


def test_what_two_systems_say_has_the_same_words_in_both() -> None:
    said: dict[tuple[object, object], set[str]] = {}
    for po in POS.values():
        for entry in entries(messages.read(po)):
            said.setdefault((words(entry.id)[0], entry.context), set()).update(words(entry.string))
    assert {text: found for text, found in said.items() if len(found) > 1} == {}


def test_every_message_has_its_words(catalogue: Catalog) -> None:
    assert [entry.id for entry in entries(catalogue) if not all(word.strip() for word in words(entry.string))] == []


def test_nothing_is_fuzzy_or_obsolete(catalogue: Catalog) -> None:
    assert [entry.id for entry in entries(catalogue) if entry.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_places_for_data_are_the_same(catalogue: Catalog) -> None:
    def places(text: str) -> list[str]:
        return sorted(PLACES.findall(text))

    wrong = [
        (entry.id, entry.string)
        for entry in entries(catalogue)
        for word in words(entry.string)
        if places(word) not in [places(text) for text in words(entry.id)]
    ]
    assert wrong == []


def test_words_are_written_as_they_should_be(catalogue: Catalog) -> None:
    import unicodedata

    for entry in entries(catalogue):
        for word in words(entry.string):
            assert unicodedata.is_normalized("NFC", word), entry.id
            first = words(entry.id)[0]
            assert (word[:1].isspace(), word[-1:].isspace()) == (first[:1].isspace(), first[-1:].isspace()), entry.id
            assert "  " not in word, entry.id


@pytest.mark.parametrize("room", sorted(POS))
def test_compiled_catalogue_is_fresh(room: str) -> None:
    compiled = messages.compiled(messages.read(POS[room]))
    assert POS[room].with_suffix(".mo").read_bytes() == compiled, "run `vamco messages`"


def test_vietnamese_is_what_django_shows() -> None:
    from django.utils import translation

    with translation.override("vi"):
        assert translation.gettext("Out of date") == "Chậm cập nhật"
        assert (
            translation.ngettext("%(number)s open directive", "%(number)s open directives", 2)
            == "%(number)s chỉ đạo đang mở"
        )
    with translation.override("en"):
        assert translation.gettext("Out of date") == "Out of date"
        assert (
            translation.ngettext("%(number)s open directive", "%(number)s open directives", 2)
            == "%(number)s open directives"
        )
