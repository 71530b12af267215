"""Vietnamese is complete: every msgid has its words, and the words say what the msgid says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from vamco.cli import messages

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

PO = messages.LOCALE / "vi" / "LC_MESSAGES" / "django.po"
PLACES = re.compile(r"%(?:\(\w+\))?[sdif%]|\{\w*\}")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return messages.read(PO)


def entries(catalogue: Catalog) -> list[Message]:
    return [entry for entry in catalogue if entry.id]


def words(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


def test_catalogue_holds_what_the_code_says_and_nothing_else() -> None:
    outcome = messages.update(PO, messages.extract(), write=False)
    assert outcome.added == []
    assert outcome.gone == []
    assert outcome.total > 300


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


def test_compiled_catalogue_is_fresh(catalogue: Catalog) -> None:
    assert PO.with_suffix(".mo").read_bytes() == messages.compiled(catalogue), "run `vamco messages`"


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
