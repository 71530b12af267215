import itertools
import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from vamco.cli import pack_map
from vamco.cli.pack_map import import_boundaries, read_features, read_spots, write_schematic
from vamco.cli.tests.maps import assert_same_map
from vamco.lib.errors import Missing, Refused
from vamco.lib.geometry import EqualArea, check_layer, schematic

PACK = Path(__file__).parents[4] / "packs" / "tayninh"
REAL = PACK.parents[2] / "shared" / "data" / "geo" / "tayninh_communes_hi.geojson"
PLANE = EqualArea(106.2, 10.9)

with_reference = pytest.mark.skipif(not REAL.exists(), reason="the reference boundaries are not beside this checkout")


def shapes_of(features):
    return np.array([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features])


def neighbours(shapes, least_km=0.1):
    """Pairs of places that share a border of some length; the real layer's borders are shared exactly too."""
    flat = shapely.transform(shapes, PLANE.to_metres)
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = shapely.length(shapely.intersection(shapely.boundary(flat[first]), shapely.boundary(flat[second])))
    return {(int(i), int(j)) for i, j, metres in zip(first, second, shared, strict=True) if metres > least_km * 1000}


@pytest.fixture(scope="module")
def tay_ninh():
    return read_spots(PACK)


@pytest.fixture(scope="module")
def drawn():
    return shapes_of(read_features(PACK / "schematic.geojson"))


def test_the_province_is_one_piece_of_96_whole_communes_around_their_points(tay_ninh, drawn):
    assert len(drawn) == 96
    assert {shape.geom_type for shape in drawn} == {"Polygon"}
    assert shapely.coverage_is_valid(drawn)
    whole = shapely.union_all(drawn)
    assert (whole.geom_type, len(whole.interiors)) == ("Polygon", 0)
    assert sum(shapely.contains_xy(drawn, [s.lon for s in tay_ninh], [s.lat for s in tay_ninh])) == 96
    areas = shapely.area(shapely.transform(drawn, PLANE.to_metres)) / 1e6
    np.testing.assert_allclose(areas, [spot.area_km2 for spot in tay_ninh], rtol=0.001)


@with_reference
def test_most_neighbours_on_the_schematic_map_are_neighbours_on_the_ground(drawn, record_property):
    real = shapes_of(read_features(REAL))
    true, shown = neighbours(real), neighbours(drawn)
    found, right = len(true & shown) / len(true), len(true & shown) / len(shown)
    record_property("true_neighbours_shown", round(found, 3))
    record_property("shown_neighbours_true", round(right, 3))
    print(f"{found:.1%} of {len(true)} true neighbours are shown; {right:.1%} of {len(shown)} shown ones are true")
    assert found > 0.9
    assert right > 0.9


@with_reference
def test_the_reference_map_can_be_used_and_its_five_odd_areas_are_seen():
    spots = read_spots(PACK)
    findings = check_layer(read_features(REAL), {s.code for s in spots}, {s.code: s.area_km2 for s in spots})
    assert [(finding.level, finding.code, finding.data["code"], finding.data["percent"]) for finding in findings] == [
        ("warning", "layer.area_differs", "25516", "-5.7"),
        ("warning", "layer.area_differs", "25552", "-10.3"),
        ("warning", "layer.area_differs", "25579", "+20.0"),
        ("warning", "layer.area_differs", "28159", "-16.7"),
        ("warning", "layer.area_differs", "28177", "+31.0"),
    ]


@with_reference
def test_a_commune_left_out_of_the_reference_map_is_missed_and_leaves_a_gap():
    spots = read_spots(PACK)
    inland = "25480"  # Bình Minh, with neighbours on all sides
    features = [feature for feature in read_features(REAL) if feature["id"] != inland]
    findings = check_layer(features, {s.code for s in spots}, {s.code: s.area_km2 for s in spots}, area_tolerance=0.5)
    assert [(finding.level, finding.code, finding.data.get("code")) for finding in findings] == [
        ("error", "layer.missing_code", inland),
        ("warning", "layer.gap", None),
    ]


def test_the_committed_map_is_what_the_committed_places_give(tmp_path):
    (tmp_path / "places.csv").write_bytes((PACK / "places.csv").read_bytes())
    file = write_schematic(tmp_path)
    assert_same_map(file, PACK / file.name)


def test_a_processor_with_other_arithmetic_draws_the_same_map(tmp_path):
    """No wide registers, no fused products: another CPU's kernels for linear algebra, sines and logarithms."""
    (tmp_path / "places.csv").write_bytes((PACK / "places.csv").read_bytes())
    code = "import sys, pathlib; from vamco.cli.pack_map import write_schematic; write_schematic(pathlib.Path(sys.argv[1]))"
    plain = {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": " ".join(np._core._multiarray_umath.__cpu_dispatch__),
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2",
    }
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], env={**os.environ, **plain}, check=True)
    assert_same_map(tmp_path / "schematic.geojson", PACK / "schematic.geojson")


def test_the_last_bit_of_a_place_moves_no_corner():
    spots = read_spots(PACK)[:20]
    nudged = [
        replace(
            spot,
            lon=math.nextafter(spot.lon, up),
            lat=math.nextafter(spot.lat, -up),
            area_km2=math.nextafter(spot.area_km2, up),
        )
        for spot, up in zip(spots, itertools.cycle([0, 1000]), strict=False)
    ]
    assert schematic(nudged) == schematic(spots)


def test_the_committed_map_is_written_a_place_a_line():
    lines = (PACK / "schematic.geojson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 98
    assert lines[0] == '{"type":"FeatureCollection","schematic":true,"features":['
    assert lines[1].startswith('{"type":"Feature","id":"25459","properties":{"code":"25459","name":"Tân Ninh"}')


HEAD = "code,name,kind,lon,lat,area_km2"
TWO = (HEAD, "80,Tây Ninh,province,,,", "1,Một,commune,106.05,11.05,120.9", "2,Hai,ward,106.15,11.05,120.9")


def pack_of(folder, *lines):
    (folder / "places.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    return folder


def test_the_province_itself_is_no_spot(tmp_path):
    spots = read_spots(pack_of(tmp_path, *TWO))
    assert [(spot.code, spot.name, spot.lon, spot.lat, spot.area_km2) for spot in spots] == [
        ("1", "Một", 106.05, 11.05, 120.9),
        ("2", "Hai", 106.15, 11.05, 120.9),
    ]


@pytest.mark.parametrize(
    ("row", "column", "given"),
    [
        ("3,Ba,ward,x,11,5", "lon", "x"),
        ("3,Ba,ward,106,106,5", "lat", "106"),
        ("3,Ba,ward,106,11,0", "area_km2", "0"),
        ("3,Ba,ward,106,11,nan", "area_km2", "nan"),
        ("3,Ba,ward,106,11", "area_km2", ""),
    ],
)
def test_a_wrong_number_is_refused_by_file_line_and_column(tmp_path, row, column, given):
    with pytest.raises(Refused) as refused:
        read_spots(pack_of(tmp_path, *TWO, row))
    data = refused.value.data
    assert refused.value.code == "pack.bad_number"
    assert (data["file"], data["line"], data["column"], data["found"]) == ("places.csv", 5, column, given)


def test_two_places_with_one_code_are_refused(tmp_path):
    with pytest.raises(Refused, match=r"places\.csv, line 5: .* “2”"):
        read_spots(pack_of(tmp_path, *TWO, "2,Ba,ward,106.2,11,5"))


def square(code, west, size=0.1, **properties):
    ring = [[west, 11], [west + size, 11], [west + size, 11 + size], [west, 11 + size], [west, 11]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


def layer_file(folder, *features):
    file = folder / "layer.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def imported(folder, file):
    stored, said = [], []
    answer = import_boundaries(file, pack_of(folder, *TWO), stored.append, say=said.append, translate=str.upper)
    return answer, stored, said


def test_a_good_layer_is_stored_with_the_packs_names_and_nothing_else(tmp_path):
    file = layer_file(tmp_path, square("2", 106.1, name="X", owner="somebody"), square("1", 106.0))
    answer, stored, said = imported(tmp_path, file)
    assert (answer, said) == (True, [])
    first, second = square("1", 106.0)["geometry"], square("2", 106.1)["geometry"]
    assert stored == [
        {
            "type": "FeatureCollection",
            "schematic": False,
            "features": [
                {"type": "Feature", "id": "1", "properties": {"code": "1", "name": "Một"}, "geometry": first},
                {"type": "Feature", "id": "2", "properties": {"code": "2", "name": "Hai"}, "geometry": second},
            ],
        }
    ]


def test_a_layer_with_an_error_is_explained_and_not_stored(tmp_path):
    answer, stored, said = imported(tmp_path, layer_file(tmp_path, square("1", 106.0)))
    assert (answer, stored) == (False, [])
    assert said == ["error: COMMUNE %(CODE)S IS NOT IN THE LAYER. [layer.missing_code]"]


def test_a_layer_with_warnings_only_is_stored(tmp_path):
    answer, stored, said = imported(tmp_path, layer_file(tmp_path, square("1", 106.0, 0.11), square("2", 106.11)))
    assert (answer, len(stored), len(said)) == (True, 1, 1)
    assert said[0].startswith("warning: ")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path, monkeypatch):
    file = layer_file(tmp_path)
    monkeypatch.setattr(pack_map, "LARGEST_LAYER", file.stat().st_size - 1)
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: pytest.fail("was read"))
    with pytest.raises(Refused) as refused:
        read_features(file)
    assert refused.value.code == "pack.layer_too_large"


def test_a_file_or_a_pack_that_is_not_there_is_missing(tmp_path):
    for file in (tmp_path / "none.geojson", tmp_path):
        with pytest.raises(Missing, match=str(file)) as missing:
            read_features(file)
        assert missing.value.code == "pack.no_file"
    with pytest.raises(Missing, match=r"places\.csv cannot be opened: No such file or directory"):
        read_spots(tmp_path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pack.layer_not_json"),
        (b"{", "pack.layer_not_json"),
        (b"\xff\xfe", "pack.layer_not_json"),
        (b"[" * 100_000, "pack.layer_not_json"),
        (b"[]", "pack.layer_no_features"),
        (b'{"features": {}}', "pack.layer_no_features"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path, content, code):
    file = tmp_path / "layer.geojson"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_features(file)
    assert refused.value.code == code
    assert refused.value.data["file"] == "layer.geojson"
