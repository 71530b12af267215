"""The extraction of msgids and their merging into a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.cli import messages
from vamco.cli.messages import Message, from_python, from_template

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("Save")', [("Save", "", "")]),
        ('translation.gettext("Save")', [("Save", "", "")]),
        ('N_("At " "once")', [("At once", "", "")]),
        ('ngettext("%(n)s day", "%(n)s days", n)', [("%(n)s day", "%(n)s days", "")]),
        ('pgettext("chart", "This year")', [("This year", "", "chart")]),
        ('npgettext("chart", "day", "days", 2)', [("day", "days", "chart")]),
        ('raise Refused("a.b", "No.", x=_("Inner"))', [("No.", "", ""), ("Inner", "", "")]),
        ('_(variable)\n_(f"no {x}")\n_()\nother("Save")\n_("")\n_(3)\nx[0]("Save")', []),
    ],
)
def test_python_is_read_by_its_syntax(source: str, found: list[tuple[str, str, str]]) -> None:
    assert list(from_python(source, "a.py")) == [Message(*entry, "a.py") for entry in found]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Save" %}', [("Save", "", "")]),
        ('{% translate "Don\'t" as x %}{{ x }}', [("Don't", "", "")]),
        ('{% translate "Year" context "chart" %}', [("Year", "", "chart")]),
        ('{% translate "All %" %}', [("All %%", "", "")]),
        ("{% translate variable %}", []),
        ("{% blocktranslate %}Hello {{ name }}, 5%{% endblocktranslate %}", [("Hello %(name)s, 5%%", "", "")]),
        ("{% blocktranslate trimmed %}\n  One\n  line\n{% endblocktranslate %}", [("One line", "", "")]),
        (
            "{% blocktranslate count n=list|length %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            [("%(n)s day", "%(n)s days", "")],
        ),
        ('{{ x|default:_("Never") }}', [("Never", "", "")]),
        ('{% if a %}{% for b in c %}{% translate "Deep" %}{% endfor %}{% endif %}', [("Deep", "", "")]),
        ('{% notice "ok" _("Title") %}{% translate "Body" %}{% endnotice %}', [("Title", "", ""), ("Body", "", "")]),
        (
            '{% extends "web/base.html" %}{% block title %}{% translate "In a block" %}{% endblock %}',
            [("In a block", "", "")],
        ),
        ('{# {% translate "No" %} #}{% comment %}{% translate "No" %}{% endcomment %}', []),
    ],
)
def test_templates_are_read_by_djangos_parser(source: str, found: list[tuple[str, str, str]]) -> None:
    assert list(from_template(source, "a.html")) == [Message(*entry, "a.html") for entry in found]


def test_tests_and_migrations_say_nothing_to_readers(tmp_path: Path) -> None:
    for folder in ("tests", "migrations", "pages", "templates/x"):
        (tmp_path / folder).mkdir(parents=True)
        name = "a.html" if folder.startswith("templates") else "a.py"
        (tmp_path / folder / name).write_text(f'{{% translate "{folder}" %}}' if name == "a.html" else f'_("{folder}")')
    assert [message.text for message in messages.extract(tmp_path)] == ["pages", "templates/x"]


@pytest.fixture
def po(tmp_path: Path) -> Path:
    path = tmp_path / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        EMPTY + '\nmsgid "Kept"\nmsgstr "Giữ"\n\nmsgid "Gone"\nmsgstr "Bỏ"\n\n#, fuzzy\nmsgid "Guess"\nmsgstr "Đoán"\n'
    )
    return path


def test_words_are_kept_new_ones_asked_for_and_guesses_refused(po: Path) -> None:
    found = [
        Message("Kept", file="a.py"),
        Message("Guess", file="a.py"),
        Message("%(n)s day", "%(n)s days", file="b.py"),
    ]

    outcome = messages.update(po, found)

    assert (outcome.total, outcome.untranslated, outcome.added, outcome.gone) == (
        3,
        ["%(n)s day", "Guess"],
        ["%(n)s day"],
        ["Gone"],
    )
    catalogue = messages.read(po)
    assert catalogue["Kept"].string == "Giữ"
    assert catalogue["Guess"].string == ""
    assert "Gone" not in catalogue
    assert "Bỏ" not in po.read_text("utf-8")


def test_the_same_words_make_the_same_files(po: Path) -> None:
    found = [Message("Kept", file="a.py")]
    messages.update(po, found)
    first = po.read_bytes(), po.with_suffix(".mo").read_bytes()
    messages.update(po, found)
    assert (po.read_bytes(), po.with_suffix(".mo").read_bytes()) == first


def test_a_check_writes_nothing_and_fails_on_what_is_stale(
    po: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "PACKAGE", po.parents[3])
    monkeypatch.setattr(messages, "extract", lambda: [Message("Kept", file="a.py"), Message("New", file="a.py")])
    before = po.read_bytes()

    assert messages.main(["--check"]) == 1
    assert po.read_bytes() == before
    assert not po.with_suffix(".mo").exists()
    assert capsys.readouterr().out == "vi: 2 messages, 1 without words, 1 new, 2 gone\n  no words for: New\n"

    monkeypatch.setattr(messages, "extract", lambda: [Message("Kept", file="a.py")])
    assert messages.main(["--check"]) == 1  # something is gone
    assert messages.main([]) == 0
    assert messages.main(["--check"]) == 0


def test_each_system_has_a_catalogue_of_its_own_and_words_follow_their_msgid(
    po: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = po.parents[3]
    for system in ("hub", "parking"):
        (package / "systems" / system).mkdir(parents=True)
        (package / "systems" / system / "apps.py").touch()
    monkeypatch.setattr(messages, "PACKAGE", package)
    found = [
        Message("Gone", file="web/a.py"),
        Message("Gone", file="systems/hub/a.py"),  # the platform says it already
        Message("Kept", file="systems/hub/a.py"),
        Message("Kept", file="systems/parking/templates/a.html"),
    ]
    monkeypatch.setattr(messages, "extract", lambda: found)

    assert messages.main([]) == 0

    words = [
        {entry.id: entry.string for entry in messages.read(path) if entry.id} for path in messages.catalogues("vi")
    ]
    assert words == [{"Gone": "Bỏ"}, {"Kept": "Giữ"}, {"Kept": "Giữ"}]
    assert [path.with_suffix(".mo").exists() for path in messages.catalogues("vi")] == [True, True, True]
    assert messages.main(["--check"]) == 0
    del found[2:]
    assert messages.main(["--check"]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "vi hub: 0 messages, 0 without words, 0 new, 1 gone",
        "vi parking: 0 messages, 0 without words, 0 new, 1 gone",
    ]
