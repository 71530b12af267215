"""The committed networks: what the cards say, and that they find and read rendered plates. Skipped without the extra `vision`."""

import numpy as np
import pytest

from vamco.engines.vision.contracts import Box, Colour, Detection, Kind
from vamco.engines.vision.plates import network
from vamco.engines.vision.plates.reader import _line_counts, decode

cards = sorted(network.WEIGHTS.glob("*.yaml"))


def test_every_network_has_a_card_and_they_are_small():
    files = [file for file in network.WEIGHTS.iterdir() if file.suffix in {".onnx", ".npz"}]
    assert {file.stem for file in files} == {card.stem for card in cards} == {"plate_detector", "plate_reader"}
    assert sum(file.stat().st_size for file in files) <= 10_000_000


@pytest.mark.parametrize("card", cards, ids=lambda card: card.stem)
def test_the_card_is_this_networks(card):
    content = network.read_card(card)
    assert content["sha256"] == network.file_hash(card.with_suffix(".onnx"))
    if start := content.get("sha256_npz"):
        assert start == network.file_hash(card.with_suffix(".npz"))
    assert {"data", "licence", "seed", "command", "scores", "date"} <= set(content)
    assert "no real plate" in content["data"]


def test_decoding_takes_the_end_as_a_character():
    logits = np.full((10, 37), -9.0, np.float32)
    for slot, index in enumerate([7, 0, 10, 1, 2]):
        logits[slot, index] = 5.0
    logits[5:, 36] = 5.0
    logits[5, 3] = 5.0 - np.log(9)  # one in ten says that a sixth follows
    places = np.zeros((10, 2), np.float32)
    places[:, 0] = [0.2, 0.5, 0.8, 0.3, 0.6, 0, 0, 0, 0, 0]
    raw = decode(logits, places)
    assert (raw.text, raw.counts) == ("70A12", (3, 2))
    assert raw.chars[4] == pytest.approx(0.9, abs=1e-3)
    assert raw.chars[0] > 0.999


@pytest.mark.parametrize(
    ("across", "counts"),
    [([], ()), ([0.1, 0.2, 0.3], (3,)), ([0.3, 0.6, 0.1, 0.4], (2, 2)), ([0.1, 0.2, 0.15, 0.4], (4,))],
)
def test_a_line_ends_where_the_next_character_is_further_left(across, counts):
    assert _line_counts(across) == counts


@pytest.fixture(scope="module")
def sight():
    pytest.importorskip("onnxruntime", reason="the extra `vision` is not installed")
    pytest.importorskip("cv2", reason="the extra `vision` is not installed")
    from vamco.engines.vision.plates.detector import PlateDetector, PlateSight
    from vamco.engines.vision.plates.reader import PlateReader
    from vamco.engines.vision.plates.tests.test_plate_grammar import GRAMMAR

    return PlateSight(PlateDetector(), PlateReader(GRAMMAR))


def _flat(rows, colour, aspect):
    from vamco.engines.vision.training.rendering import draw_flat
    from vamco.engines.vision.training.texts import PlateText

    for seed in range(50):
        yield draw_flat(np.random.default_rng(seed), None, PlateText(rows, colour, aspect), worn=False).picture


PLATES = [
    (("70-B1", "123.45"), "white", 190 / 140, "70B112345", 2),
    (("62-C2", "9876"), "white", 190 / 140, "62C29876", 2),
    (("70A-123.45",), "yellow", 520 / 110, "70A12345", 1),
    (("51F", "680.24"), "blue", 330 / 165, "51F68024", 2),
]


@pytest.mark.parametrize(("rows", "colour", "aspect", "text", "lines"), PLATES)
def test_rendered_plates_are_read(sight, rows, colour, aspect, text, lines):
    reads = [sight.reader.read(picture) for picture in _flat(rows, colour, aspect)]
    right = [one for one in reads if (one.text, one.lines, one.complete) == (text, lines, True)]
    assert len(right) >= 40
    sure = [one for one in reads if one.complete and one.confidence >= 0.8]
    assert len([one for one in sure if one.text != text]) <= 2
    assert sum(one.colour is Colour(colour) for one in right) >= 0.8 * len(right)


def test_the_lower_line_alone_is_incomplete(sight):  # TC-06
    for picture in _flat(("70-B1", "123.45"), "white", 190 / 140):
        read = sight.reader.read(picture[int(picture.shape[0] * 0.53) :])
        assert not read.complete


def _street(plate):
    import cv2

    street = np.full((480, 640, 3), (70, 75, 80), np.uint8)
    cv2.rectangle(street, (200, 150), (440, 400), (40, 30, 25), -1)
    small = cv2.resize(plate, (110, 80), interpolation=cv2.INTER_AREA)
    street[280:360, 260:370] = small
    return street


def test_a_plate_on_a_car_is_found_and_read_in_the_whole_picture(sight):
    street = _street(next(_flat(("70-B1", "123.45"), "white", 190 / 140)))
    car = Detection(Kind.CAR, Box(200, 150, 440, 400), 0.9)
    read = sight.look(street, car)
    assert read is not None
    assert read.text == "70B112345"
    assert abs(read.box.x0 - 260) < 10
    assert abs(read.box.y1 - 360) < 10
    assert read.width == read.box.x1 - read.box.x0
    assert sight.look(street, Detection(Kind.PERSON, car.box, 0.9)) is None
    assert set(sight.versions) == {"plate_detector", "plate_reader"}


def test_a_changed_network_is_refused(tmp_path):
    pytest.importorskip("onnxruntime", reason="the extra `vision` is not installed")
    file = tmp_path / "plate_reader.onnx"
    file.write_bytes((network.WEIGHTS / "plate_reader.onnx").read_bytes() + b"\0")
    file.with_suffix(".yaml").write_bytes((network.WEIGHTS / "plate_reader.yaml").read_bytes())
    with pytest.raises(network.DamagedWeightsError):
        network.open_network(file)
