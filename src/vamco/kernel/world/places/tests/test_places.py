from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.places import public as places
from vamco.kernel.world.places import services
from vamco.kernel.world.places.declaration import PlaceItem
from vamco.kernel.world.places.models import MapLayer, Place
from vamco.lib.errors import Missing

pytestmark = pytest.mark.django_db
BEFORE, AFTER = dt.date(2025, 6, 30), dt.date(2025, 7, 1)


def item(code: str, name: str, **more: object) -> PlaceItem:
    given = {
        "code": code,
        "name": name,
        "full_name": f"Xã {name}",
        "kind": "commune",
        "parent": "80",
        "full_name_en": name,
        "lon": 106.1,
        "lat": 11.3,
        "area_km2": Decimal("10.50"),
        "valid_from": AFTER,
    }
    return PlaceItem.model_validate(given | more)


def test_the_pack_has_the_province_and_its_96_communes() -> None:
    assert places.get("80", AFTER).full_name == "Tỉnh Tây Ninh"
    communes = places.communes(AFTER)
    assert communes.count() == 96
    assert {place.parent.code for place in communes.select_related("parent")} == {"80"}  # type: ignore[union-attr]


def test_communes_are_in_the_order_of_the_vietnamese_alphabet() -> None:
    services.put([item(f"9990{n}", name) for n, name in enumerate(("Đức", "Dân", "Ân", "An", "Ăn", "Êm", "Em"))])
    new = [place.name for place in places.communes(AFTER) if place.code.startswith("9990")]
    assert new == ["An", "Ăn", "Ân", "Dân", "Đức", "Em", "Êm"]


def test_a_unit_is_in_force_from_its_first_day_to_its_last() -> None:
    services.put([item("99901", "Cũ", valid_from=dt.date(2000, 1, 1))])
    Place.objects.filter(code="99901").update(valid_to=BEFORE)
    assert places.get("99901", dt.date(2000, 1, 1)).name == "Cũ"
    assert places.get("99901", BEFORE).name == "Cũ"
    for day in (dt.date(1999, 12, 31), AFTER):
        with pytest.raises(Missing) as missing:
            places.get("99901", day)
        assert missing.value.code == "places.no_place"


def test_a_code_may_mean_another_unit_later() -> None:
    services.put([item("99901", "Cũ", valid_from=dt.date(2000, 1, 1))])
    Place.objects.filter(code="99901").update(valid_to=BEFORE)
    services.put([item("99901", "Mới")])
    assert [places.get("99901", day).name for day in (BEFORE, AFTER)] == ["Cũ", "Mới"]


def test_putting_a_unit_again_changes_it_and_makes_no_other() -> None:
    services.put([item("99901", "Một")])
    services.put([item("99901", "Hai", area_km2=Decimal("1.25"))])
    place = Place.objects.get(code="99901")
    assert (place.name, place.folded, place.area_km2, place.parent.code) == ("Hai", "hai", Decimal("1.25"), "80")  # type: ignore[union-attr]


SQUARE = {"type": "FeatureCollection", "features": []}


def test_the_newest_map_is_shown_and_the_same_one_is_not_stored_twice() -> None:
    MapLayer.objects.all().delete()
    assert places.map_layer() is None
    places.store_layer(SQUARE, name="a", source="computed", schematic=True)
    places.store_layer(dict(SQUARE), name="a", source="computed", schematic=True)
    assert MapLayer.objects.count() == 1
    places.store_layer(SQUARE, name="b", source="surveyed", schematic=False, actor="7")
    layer = places.map_layer()
    assert layer is not None
    assert (layer["schematic"], layer["source"], layer["geojson"]) == (False, "surveyed", SQUARE)
    entries = Entry.objects.filter(act="places.store_layer").order_by("-seq")[:2]
    assert [entry.actor for entry in entries] == ["7", "system"]
