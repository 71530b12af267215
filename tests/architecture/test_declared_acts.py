"""Every address declares the act that it is; every act is known, and some role of the pack may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, include, path

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.access import public as access
from vamco.web.pages import PUBLIC, SIGNED_IN, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.urls import URLResolver

OPEN = {PUBLIC, SIGNED_IN}


def addresses(
    patterns: Sequence[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, Callable[..., object]]]:
    for entry in patterns:
        address = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry.callback
        else:
            yield from addresses(entry.url_patterns, address)


def undeclared(patterns: Sequence[URLPattern | URLResolver]) -> list[str]:
    """Give the addresses whose view was not made by `page`: without an act it would be open to everybody."""
    return [address for address, view in addresses(patterns) if not getattr(view, "act", "")]


def unknown(patterns: Sequence[URLPattern | URLResolver]) -> list[str]:
    acts = {getattr(view, "act", "") for _, view in addresses(patterns)}
    return sorted(acts - OPEN - access.acts().keys() - {""})


@pytest.fixture(scope="module")
def granted() -> set[str]:
    contents = packs.check(settings.VAMCO_PACK)
    by_role = {act for entry in contents["roles"] for act in entry.item.states_by_act()}
    return by_role | {entry.item.applicant for entry in contents["cases"]}  # an applicant needs no role


def test_every_address_declares_its_act() -> None:
    assert undeclared(get_resolver().url_patterns) == []
    assert len(list(addresses(get_resolver().url_patterns))) > 10


def test_every_act_of_an_address_is_declared_by_a_system() -> None:
    assert unknown(get_resolver().url_patterns) == []


def test_somebody_may_do_every_act(granted: set[str]) -> None:
    assert sorted(access.acts().keys() - granted) == []


def test_an_act_bears_the_name_of_its_system_and_a_title() -> None:
    systems = {entry.rsplit(".", 1)[-1] for entry in settings.INSTALLED_APPS if entry.startswith("vamco.")}
    assert [act for act in access.acts() if act.split(".")[0] not in systems] == []
    assert [act.code for act in access.acts().values() if not act.title.strip()] == []


def test_the_rules_find_what_breaks_them() -> None:
    @page("test.never_declared")
    def known(_request: object) -> HttpResponse:
        return HttpResponse()

    def naked(_request: object) -> HttpResponse:
        return HttpResponse()

    patterns = [path("known", known), path("deep/", include([path("naked/<int:pk>", naked)]))]
    assert undeclared(patterns) == ["deep/naked/<int:pk>"]
    assert unknown(patterns) == ["test.never_declared"]
