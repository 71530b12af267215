from __future__ import annotations

import datetime as dt

import pytest

from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.agencies import services
from vamco.kernel.world.agencies.declaration import AgencyItem
from vamco.kernel.world.agencies.models import Agency
from vamco.lib.errors import Missing

BEFORE, AFTER = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
pytestmark = pytest.mark.django_db


def item(code: str, parent: str = "", **more: object) -> AgencyItem:
    given = {"code": code, "name": f"Cơ quan {code}", "name_en": code, "kind": "office", "valid_from": "2025-07-01"}
    return AgencyItem.model_validate(given | {"parent": parent} | more)


def paths() -> dict[str, str]:
    return dict(Agency.objects.filter(code__startswith="Z").values_list("code", "path"))


def test_a_path_leads_from_the_top_to_the_agency_whatever_the_order() -> None:
    services.put([item("Z3", "Z2"), item("Z2", "Z1"), item("Z1"), item("Z4", "Z1")])
    assert paths() == {"Z1": "Z1/", "Z2": "Z1/Z2/", "Z3": "Z1/Z2/Z3/", "Z4": "Z1/Z4/"}
    assert agencies.get("Z3").parent == agencies.get("Z2")


def test_an_agency_that_moves_takes_all_below_it_along() -> None:
    services.put([item("Z1"), item("Z2", "Z1"), item("Z3", "Z2"), item("Z4", "Z1")])
    services.put([item("Z2", "Z4")])  # the others are unchanged and so not in the load
    assert paths() == {"Z1": "Z1/", "Z4": "Z1/Z4/", "Z2": "Z1/Z4/Z2/", "Z3": "Z1/Z4/Z2/Z3/"}


def test_two_agencies_may_change_places() -> None:
    services.put([item("Z1"), item("Z2", "Z1"), item("Z3", "Z2")])
    services.put([item("Z3", "Z1"), item("Z2", "Z3")])
    assert paths() == {"Z1": "Z1/", "Z3": "Z1/Z3/", "Z2": "Z1/Z3/Z2/"}


def test_every_path_of_the_pack_is_that_of_its_parent_and_its_code() -> None:
    for agency in Agency.objects.select_related("parent").exclude(code="H39"):
        assert agency.path == (agency.parent.path if agency.parent else "") + agency.code + "/"


def test_what_is_not_said_is_derived() -> None:
    services.put([item("Z1", name="Đ" * 200, place="80", valid_to="2026-01-31", synthetic=True)])
    agency = agencies.get("Z1")
    assert (agency.short_name, agency.valid_to, agency.synthetic) == ("Đ" * 60, dt.date(2026, 1, 31), True)
    assert agency.place is not None
    assert agency.place.code == "80"


def test_an_unknown_code_is_missing() -> None:
    with pytest.raises(Missing) as missing:
        agencies.get("Z9")
    assert (missing.value.code, missing.value.data) == ("agencies.no_agency", {"code": "Z9"})


def test_agencies_of_a_kind_come_in_vietnamese_order() -> None:
    services.put(
        [item("Z1", name="Ủy ban"), item("Z2", name="Ban"), item("Z3", name="Đội"), item("Z4", name="Dân", kind="post")]
    )
    assert [agency.code for agency in agencies.of_kind("office") if agency.code.startswith("Z")] == ["Z2", "Z3", "Z1"]
    assert [agency.code for agency in agencies.of_kind() if agency.code.startswith("Z")] == ["Z2", "Z4", "Z3", "Z1"]


def test_looking_for_an_agency_finds_it_or_nothing() -> None:
    services.put([item("Z1", place="80")])
    assert agencies.find("Z1") == agencies.get("Z1")
    assert agencies.find("Z9") is None


def test_a_place_is_served_by_the_highest_agency_that_names_it() -> None:
    services.put([item("H53.25459", "H53", place="25459"), item("Z3", "H53.25459", place="25459")])
    assert agencies.serving("25459") == agencies.get("H53.25459")
    assert agencies.serving("80") == agencies.get("H53")
    assert agencies.serving("80", BEFORE) == agencies.get("H39")
    assert agencies.serving("72", BEFORE) == agencies.get("H53")
    assert agencies.serving("72") is None
    assert agencies.serving("00000") is None
