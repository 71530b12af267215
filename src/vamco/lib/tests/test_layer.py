import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.geometry import Finding, check_layer, feature_code

AREA = 120.9  # km² of 0.1° by 0.1° at 11° north


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def square(code, west, south=11.0, size=0.1, **more):
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring(west, south, west + size, south + size)]},
        **more,
    }


def found(features, codes="AB", areas=AREA, **options):
    return check_layer(features, set(codes), dict.fromkeys(codes, areas), **options)


def brief(findings):
    return [(finding.level, finding.code, finding.data.get("code")) for finding in findings]


GOOD = [square("A", 106.0), square("B", 106.1)]


def test_a_good_layer_has_no_findings():
    assert found(GOOD) == []


def test_an_empty_layer_lacks_everything():
    assert brief(found([])) == [("error", "layer.missing_code", "A"), ("error", "layer.missing_code", "B")]


def test_unknown_missing_and_repeated_codes():
    findings = found([square("A", 106.0), square("A", 106.1), square("X", 106.2)])
    assert brief(findings) == [
        ("error", "layer.unknown_code", "X"),
        ("error", "layer.missing_code", "B"),
        ("error", "layer.duplicate_code", "A"),
    ]
    assert findings[2].text() == "Commune A is in the layer 2 times."


def test_an_unknown_place_is_not_measured_against_the_others():
    assert brief(found([*GOOD, square("X", 106.05)])) == [("error", "layer.unknown_code", "X")]


@pytest.mark.parametrize("feature", [None, [], {}, {"properties": None}, {"properties": {"code": ""}}, {"id": 1.5}])
def test_a_feature_without_a_code_is_told_by_its_number(feature):
    (finding,) = found([*GOOD, feature])
    assert finding == Finding("error", "layer.no_code", "Feature %(number)s has no code.", {"number": 3})
    assert (
        finding.text({finding.message: "Đối tượng %(number)s không có mã."}.__getitem__) == "Đối tượng 3 không có mã."
    )


@pytest.mark.parametrize(
    ("feature", "code"),
    [({"id": 25459}, "25459"), ({"id": 1, "properties": {"code": "A"}}, "A"), ({"properties": {"code": 7}}, "7")],
)
def test_the_code_is_a_property_or_the_id(feature, code):
    assert feature_code(feature) == code


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        5,
        {"type": "Point", "coordinates": [106, 11]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[["x", 11]]]},
        {"type": "Polygon", "coordinates": [[[106, 11], [107, 11]]]},
        {"type": "Polygon", "coordinates": [[[1e400, 11], [107, 11], [107, 12], [1e400, 11]]]},
        {"type": "Circle"},
    ],
)
def test_what_is_no_polygon_is_said_to_be_none(geometry):
    assert brief(found([square("A", 106.0, geometry=geometry), square("B", 106.1)])) == [
        ("error", "layer.not_a_polygon", "A")
    ]


def test_a_polygon_that_crosses_itself_is_invalid_and_measured_no_further():
    bow = {"type": "Polygon", "coordinates": [[[106, 11], [106.1, 11.1], [106.1, 11], [106, 11.1], [106, 11]]]}
    (finding,) = found([square("A", 106.0, geometry=bow), square("B", 106.0)])
    assert (finding.level, finding.code, finding.data["code"]) == ("error", "layer.invalid_geometry", "A")
    assert finding.data["reason"] == "Self-intersection[106.05 11.05]"


def test_height_above_sea_is_no_obstacle():
    high = square("A", 106.0)
    high["geometry"]["coordinates"] = [[[x, y, 12.5] for x, y in high["geometry"]["coordinates"][0]]]
    assert found([high, square("B", 106.1)]) == []


@pytest.mark.parametrize(("x", "y"), [(600_000.0, 1_200_000.0), (11.0, 106.0)])
def test_metres_or_swapped_axes_are_named_and_nothing_else_is_guessed(x, y):
    (finding,) = found([square("A", x, y), square("B", x, y)])
    assert (finding.level, finding.code) == ("error", "layer.wrong_crs")
    assert finding.data == {"count": 2, "code": "A", "x": x, "y": y}
    assert "EPSG:4326" in finding.text()


def test_an_overlap_is_an_error_with_both_names():
    (finding,) = found([square("A", 106.0), square("B", 106.09)])
    assert (finding.level, finding.code) == ("error", "layer.overlap")
    assert (finding.data["first"], finding.data["second"]) == ("A", "B")
    assert finding.data["area"] == pytest.approx(12_085_000, rel=0.001)


def with_lake(code, west, size):
    lake = square(code, west)
    middle = west + 0.05
    lake["geometry"]["coordinates"].append(ring(middle, 11.05, middle + size, 11.05 + size)[::-1])
    return lake


def test_a_gap_is_a_warning_with_its_place():
    (finding,) = found([with_lake("A", 106.0, 0.01), square("B", 106.1)])
    assert (finding.level, finding.code) == ("warning", "layer.gap")
    assert finding.data == {"area": pytest.approx(1_208_500, rel=0.001), "lon": 106.055, "lat": 11.055}


def test_slivers_are_let_pass():
    """A ten-thousandth of a degree is eleven metres: a hole of 120 m², an overlap of 11 m by 11 km in a thin slice."""
    assert found([with_lake("A", 106.0, 0.0001), square("B", 106.1)]) == []
    assert brief(found([with_lake("A", 106.0, 0.0001), square("B", 106.1)], sliver_m2=100)) == [
        ("warning", "layer.gap", None)
    ]
    apart = [square("A", 106.0), square("B", 106.09999999)]
    assert found(apart) == []
    assert [finding.code for finding in found(apart, sliver_m2=1)] == ["layer.overlap"]


def test_an_area_that_differs_is_a_warning_in_figures():
    (finding,) = found([square("A", 106.0, size=0.11), square("B", 106.11)])
    assert (finding.level, finding.code, finding.data["code"]) == ("warning", "layer.area_differs", "A")
    assert finding.data["official"] == AREA
    assert finding.data["measured"] == pytest.approx(146.2, abs=0.1)
    assert finding.text().endswith("(+21.0 %).")
    assert found([square("A", 106.0, size=0.11), square("B", 106.11)], area_tolerance=0.21) == []


def test_errors_come_before_warnings():
    levels = [finding.level for finding in found([square("A", 106.0, size=0.2), square("B", 106.1)])]
    assert levels == ["error", "warning"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-300, 300) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "code"]), inner, max_size=2),
    max_leaves=8,
)
pairs = st.lists(st.tuples(st.floats(101, 119), st.floats(5, 25)), max_size=6)
geometries = json_values | st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon", "LineString"]), "coordinates": json_values | st.lists(pairs)}
)


@given(
    st.lists(
        json_values
        | st.fixed_dictionaries({"properties": json_values, "id": st.sampled_from("AB"), "geometry": geometries})
    )
)
def test_no_json_makes_it_fail(features):
    for finding in found(features):
        assert finding.text()
        json.dumps(finding.data)
