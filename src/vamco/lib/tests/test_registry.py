from __future__ import annotations

import pytest

from vamco.lib import registry
from vamco.lib.registry import Registry


def test_a_key_is_registered_once_and_the_error_names_both() -> None:
    colours: Registry[str, int] = Registry("colour")
    assert colours.add("red", 1) == 1
    with pytest.raises(TypeError, match=r"^the colour 'red' is registered already, as 1$"):
        colours.add("red", 1)
    assert dict(colours) == {"red": 1}


def test_it_is_read_as_a_mapping_in_the_order_of_registration() -> None:
    colours: Registry[str, int] = Registry("colour")
    colours.add("red", 2)
    colours.add("blue", 1)
    assert list(colours.items()) == [("red", 2), ("blue", 1)]
    assert ("red" in colours, "green" in colours, colours.get("green"), len(colours)) == (True, False, None, 2)


def test_what_is_registered_for_a_while_is_undone_even_after_an_error() -> None:
    colours: Registry[str, int] = Registry("colour")
    colours.add("red", 1)
    with pytest.raises(TypeError), colours.restored():  # noqa: PT012  # what comes before the error is undone, too
        colours.add("blue", 2)
        assert dict(colours) == {"red": 1, "blue": 2}
        colours.add("red", 3)
    with colours.restored(empty=True):
        colours.add("red", 3)
        assert dict(colours) == {"red": 3}
    assert dict(colours) == {"red": 1}


def test_all_registries_can_be_restored_together() -> None:
    colours: Registry[str, int] = Registry("colour")
    tastes: Registry[str, int] = Registry("taste")
    with registry.restored():
        colours.add("red", 1)
        tastes.add("sour", 1)
    assert (dict(colours), dict(tastes)) == ({}, {})
