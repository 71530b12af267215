"""The merger of 1 July 2025 as the pack tells it, and how units follow one another."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from vamco.kernel.world.places import public as places
from vamco.kernel.world.places import services
from vamco.kernel.world.places.declaration import PlaceItem, SuccessionItem
from vamco.kernel.world.places.models import Place, Revision, Succession
from vamco.lib.errors import Missing, Refused

pytestmark = pytest.mark.django_db
BEFORE, AFTER = dt.date(2025, 6, 30), dt.date(2025, 7, 1)


def item(code: str, name: str, since: dt.date | None = AFTER, **more: object) -> PlaceItem:
    given = {
        "code": code,
        "name": name,
        "full_name": f"Xã {name}",
        "kind": "commune",
        "parent": "80",
        "full_name_en": name,
    }
    numbers = {"lon": 106.1, "lat": 11.3, "area_km2": "10.50"}
    return PlaceItem.model_validate(given | numbers | ({"valid_from": since} if since else {}) | more)


def follows(before: str, after: str, on: dt.date, kind: str = "merged") -> SuccessionItem:
    return SuccessionItem(predecessor=before, successor=after, on=on, kind=kind, source="made")  # type: ignore[arg-type]


def test_code_80_is_long_an_until_30_june_and_tay_ninh_from_1_july() -> None:
    assert [places.get("80", day).full_name for day in (BEFORE, AFTER)] == ["Tỉnh Long An", "Tỉnh Tây Ninh"]
    assert places.get("72", BEFORE).full_name == "Tỉnh Tây Ninh"
    with pytest.raises(Missing):
        places.get("72", AFTER)


def test_before_the_merger_there_are_districts_and_after_it_none() -> None:
    old = places.in_force(BEFORE).filter(kind="district").select_related("parent")
    by_parent = [place.parent.code for place in old]  # type: ignore[union-attr]
    assert (by_parent.count("72"), by_parent.count("80")) == (9, 15)
    assert {place.parent.full_name for place in old} == {"Tỉnh Tây Ninh", "Tỉnh Long An"}  # type: ignore[union-attr]
    assert not places.in_force(AFTER).filter(kind="district").exists()
    assert (
        places.communes(BEFORE).count() == 280
    )  # 231 communes, 28 wards, 21 townships; none of today's is shown for them
    assert places.communes(AFTER).count() == 96
    assert places.ever_communes().count() == 376


def test_two_provinces_came_together() -> None:
    tay_ninh = places.get("80", AFTER)
    assert {place.full_name for place in places.predecessors(tay_ninh)} == {"Tỉnh Tây Ninh", "Tỉnh Long An"}
    for code in ("72", "80"):
        old = places.get(code, BEFORE)
        assert places.successors(old, BEFORE) == [old]
        assert places.successors(old, AFTER) == [tay_ninh]
        assert places.predecessors(old) == []
    assert set(Succession.objects.values_list("kind", "on")) == {("merged", AFTER), ("split", AFTER)}


def test_where_a_commune_came_from() -> None:
    came = {place.full_name for place in places.predecessors(places.get("25708", AFTER))}
    assert came == {"Phường Trảng Bàng", "Phường An Hòa"}
    assert all(place.valid_to == BEFORE for place in places.predecessors(places.get("25708", AFTER)))


def test_where_a_district_went_is_not_known_and_not_invented() -> None:
    assert places.successors(places.get("703", BEFORE), AFTER) == []


def test_a_new_name_is_a_new_row_and_the_old_one_ends_the_day_before() -> None:
    day = dt.date(2026, 3, 1)
    services.put([item("99901", "Một")])
    services.put([item("99901", "Hai", since=day, kind="ward")])
    one, two = Place.objects.filter(code="99901").order_by("valid_from")
    assert (one.name, one.kind, one.valid_to) == ("Một", "commune", dt.date(2026, 2, 28))
    assert (two.name, two.kind, two.valid_from, two.valid_to) == ("Hai", "ward", day, None)
    assert places.predecessors(two) == [one]
    assert places.successors(one, day) == [two]
    assert places.successors(one, dt.date(2026, 2, 28)) == [one]


def test_a_row_between_two_ends_where_the_later_begins() -> None:
    services.put([item("99901", "Một"), item("99901", "Ba", since=dt.date(2027, 1, 1))])
    services.put([item("99901", "Hai", since=dt.date(2026, 1, 1))])
    days = [AFTER, dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)]
    assert [places.get("99901", day).name for day in days] == ["Một", "Một", "Hai", "Hai", "Ba"]


def test_what_a_correction_replaces_is_kept() -> None:
    services.put([item("99901", "Mọt")])
    place = places.get("99901", AFTER)
    services.put([item("99901", "Mọt")])
    assert not Revision.objects.filter(row=place.pk).exists()
    services.put([item("99901", "Một")])
    assert places.get("99901", AFTER).name == "Một"
    assert Revision.objects.get(table="places_place", row=place.pk).content["name"] == "Mọt"


def test_the_unit_above_is_that_of_the_first_day() -> None:
    services.put([item("99901", "Một", since=dt.date(2020, 1, 1), valid_to=BEFORE, kind="commune")])
    assert places.get("99901", BEFORE).parent == places.get("80", BEFORE)
    services.put([item("99902", "Hai")])
    assert places.get("99902", AFTER).parent == places.get("80", AFTER)


def test_one_that_went_to_several() -> None:
    services.put([item("99901", "Cũ", since=None, valid_to=BEFORE), item("99902", "B"), item("99903", "A")])
    services.put_successions([follows("99901", "99902", AFTER, "split"), follows("99901", "99903", AFTER, "split")])
    old = places.get("99901", BEFORE)
    assert {place.code for place in places.successors(old, AFTER)} == {"99902", "99903"}
    assert places.predecessors(places.get("99902", AFTER)) == [old]


def test_the_database_refuses_two_units_of_a_code_on_a_day_and_forgetting() -> None:
    services.put([item("99901", "Mọt")])
    services.put([item("99901", "Một")])
    copy = places.get("99901", AFTER)
    copy.pk, copy.valid_from = None, dt.date(2026, 1, 1)
    for act in (copy.save, Place.objects.filter(code="99901").delete):
        with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
            act()
    for table in ("places_place", "places_succession", "places_revision"):
        for statement in (f"TRUNCATE {table} CASCADE", f"DELETE FROM {table}"):
            with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    assert Place.objects.filter(code="99901").count() == 1


# Names


def found(text: str, day: dt.date = AFTER) -> list[tuple[str, str]]:
    return [(match.place.full_name, match.place.parent) for match in places.named(text, day)]


def test_names_are_found_with_and_without_their_marks() -> None:
    for text in ("Tân Ninh", "tan ninh", "PHƯỜNG TÂN NINH", "p. tan ninh", "Tân Ninh, Tây Ninh"):
        assert found(text)[0] == ("Phường Tân Ninh", "Tỉnh Tây Ninh"), text
    assert places.the_one("phuong tan ninh", AFTER).code == "25459"
    assert places.the_one("Đức Hòa", AFTER).name == "Đức Hoà"  # the tone's place does not matter


def test_the_spelling_asked_for_comes_first() -> None:
    services.put([item("99901", "Tân Ninh"), item("99902", "Tấn Ninh"), item("99903", "Tan Ninh")])
    assert [place for place, _ in found("tấn ninh")[:1]] == ["Xã Tấn Ninh"]
    assert [place for place, _ in found("tan ninh")[:1]] == ["Xã Tan Ninh"]
    assert {place for place, _ in found("tan ninh")} >= {"Phường Tân Ninh", "Xã Tân Ninh", "Xã Tấn Ninh", "Xã Tan Ninh"}
    assert places.the_one("Tấn Ninh", AFTER).code == "99902"


def test_a_name_that_several_have_is_not_guessed() -> None:
    services.put([item("99901", "Tân Ninh")])
    with pytest.raises(Refused) as refused:
        places.the_one("Tân Ninh", AFTER)
    assert refused.value.code == "places.several_places"
    assert {"Phường Tân Ninh, Tỉnh Tây Ninh", "Xã Tân Ninh, Tỉnh Tây Ninh"} == set(
        str(refused.value.data["names"]).split("; ")
    )
    assert places.the_one("xã Tân Ninh", AFTER).code == "99901"
    assert places.the_one("phường Tân Ninh", AFTER).code == "25459"


def test_two_districts_of_one_name_are_told_apart_by_their_province() -> None:
    both = [match for match in places.named("huyện Châu Thành", AFTER) if match.whole]
    assert {(m.place.code, m.place.parent) for m in both} == {("708", "Tỉnh Tây Ninh"), ("808", "Tỉnh Long An")}
    (one,) = [match for match in places.named("huyen chau thanh, long an", BEFORE) if match.whole]
    assert (one.place.code, one.heirs, one.own) == ("808", (one.place,), True)
    assert places.the_one("huyện Châu Thành, Long An", BEFORE).code == "808"
    with pytest.raises(Refused):
        places.the_one("huyện Châu Thành", BEFORE)


def test_an_old_name_leads_to_what_it_is_now() -> None:
    (match,) = places.named("Tỉnh Long An", AFTER)
    assert [heir.full_name for heir in match.heirs] == ["Tỉnh Tây Ninh"]
    assert match.own
    assert places.the_one("tỉnh Long An", AFTER).valid_from == AFTER
    services.put([item("99901", "Tên Cũ", since=None, valid_to=BEFORE), item("99902", "Tên Mới")])
    services.put_successions([follows("99901", "99902", AFTER, "renamed")])
    assert places.the_one("ten cu", AFTER).name == "Tên Mới"
    assert places.the_one("ten cu", BEFORE).name == "Tên Cũ"


def test_a_district_whose_heirs_are_not_on_record_says_so() -> None:
    (match,) = [match for match in places.named("thị xã Kiến Tường", AFTER) if match.whole]
    assert ([heir.full_name for heir in match.heirs], match.own) == (["Tỉnh Tây Ninh"], False)
    with pytest.raises(Missing) as missing:
        places.the_one("thị xã Kiến Tường", AFTER)  # the province is no answer to the question which unit it is now
    assert missing.value.code == "places.no_such_name"


def test_a_name_of_today_is_not_found_in_the_past() -> None:
    assert ("Phường Tân Ninh", "Tỉnh Tây Ninh") not in found("Tân Ninh", BEFORE)
    assert found("") == []
    assert found("không có nơi này") == []
    with pytest.raises(Missing):
        places.the_one("không có nơi này", AFTER)


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE places_place; --", "\x01", "x" * 5000, "Tân\u200bNinh"])
def test_strange_texts_find_nothing_and_break_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "queries"), [("tân ninh", 3), ("Tỉnh Long An", 3)])
def test_a_name_costs_few_queries(text: str, queries: int, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(queries):  # type: ignore[operator]
        places.named(text, AFTER)
