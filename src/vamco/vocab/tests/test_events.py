"""Each event is stored exactly so: the rows lie in one module of `stored` for each module of the language."""

import json
from importlib import import_module
from pkgutil import iter_modules

import pytest

from vamco import vocab
from vamco.vocab.tests import stored

STORED = [
    row for module in iter_modules(stored.__path__) for row in import_module(f"{stored.__name__}.{module.name}").STORED
]


@pytest.mark.parametrize(("event", "row"), STORED, ids=lambda value: getattr(type(value), "__name__", None))
def test_an_event_is_stored_and_read_exactly_so(event, row):
    name, version, payload = row
    assert vocab.dump(event) == (name, version, json.loads(payload))
    assert vocab.load(name, version, json.loads(payload)) == event


def test_every_event_is_in_the_list():
    assert {row[0] for _, row in STORED} == {name for name in vocab.registry.names() if not name.startswith("test.")}


def test_every_version_that_was_ever_stored_has_its_way_up():
    assert vocab.registry.gaps() == ()
