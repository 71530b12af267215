"""The renderer: the same seed draws the same plates, and its places are where the characters stand."""

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the extra `vision` is not installed")

from vamco.engines.vision.training import glyphs, rendering, scenes, texts


def test_the_same_seed_draws_the_same():
    one, other = (rendering.random_crop(np.random.default_rng(5)) for _ in range(2))
    assert one.text == other.text
    assert np.array_equal(one.picture, other.picture)
    assert not np.array_equal(one.picture, rendering.random_crop(np.random.default_rng(6)).picture)


def test_crops_are_what_the_reader_takes():
    rng = np.random.default_rng(1)
    crops = [rendering.random_crop(rng) for _ in range(150)]
    assert all(crop.picture.shape == (64, 128, 3) and crop.picture.dtype == np.uint8 for crop in crops)
    assert all(len(crop.text) == len(crop.centres) <= 10 for crop in crops)
    assert all((crop.centres > 0).all() and (crop.centres < 1).all() for crop in crops)
    assert {crop.lines for crop in crops} >= {1, 2}


@pytest.mark.parametrize("character", glyphs.ALPHABET)
def test_every_character_fills_its_box(character):
    canvas = np.zeros((120, 80), np.uint8)
    glyphs.draw(canvas, character, (10, 10, 70, 110), 8, glyphs.random_style(np.random.default_rng(2)))
    rows = np.nonzero(canvas.max(axis=1))[0]
    assert rows[0] <= 14
    assert rows[-1] >= 105
    assert canvas[:, :6].max() == 0


def test_a_one_has_no_foot_and_its_stem_stands_right():
    canvas = np.zeros((120, 80), np.uint8)
    glyphs.draw(canvas, "1", (10, 10, 70, 110), 8, glyphs.random_style(np.random.default_rng(2)))
    foot = np.nonzero(canvas[100])[0]
    assert foot[-1] - foot[0] <= 12
    assert foot[0] > 45


def test_dark_ink_lies_at_the_centres():
    plain = texts.PlateText(("70-B1", "888.88"), "white", texts.MOTORBIKE)
    darker = 0
    for seed in range(20):
        plate = rendering.draw_flat(np.random.default_rng(seed), None, plain)
        assert plate.text == "70B188888"
        assert plate.rows == (0,) * 4 + (1,) * 5
        grey = plate.picture.mean(axis=2)
        for x, y in plate.centres[4:]:  # the waist of an 8 is ink
            darker += grey[round(y) - 3 : round(y) + 4, round(x)].min() < np.percentile(grey, 70) - 20
    assert darker >= 85


def test_scenes_know_their_plates():
    rng = np.random.default_rng(3)
    made = [scenes.random_scene(rng, (), None) for _ in range(40)]
    assert {len(scene.quads) for scene in made} >= {0, 1, 2}
    for scene in made:
        assert scene.picture.shape == (scenes.SIDE, scenes.SIDE, 3)
        for quad in scene.quads:
            assert ((quad.mean(axis=0) > 0) & (quad.mean(axis=0) < scenes.SIDE)).all()


def test_made_up_texts_have_every_form():
    rng = np.random.default_rng(4)
    made = [texts.random_text(rng) for _ in range(400)]
    assert {text.colour for text in made} == {"white", "yellow", "blue", "red"}
    assert {len(text.rows) for text in made} == {1, 2}
    assert all(len("".join(c for row in text.rows for c in row if c.isalnum())) <= 10 for text in made)
