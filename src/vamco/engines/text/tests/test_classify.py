"""The classifier: what it learns, what it keeps, what replaces it."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.engines.text import classify, features
from vamco.lib.text import fold

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    *("Đèn đường bị hỏng", "đèn đường không sáng", "bóng đèn đường tắt", "thiếu đèn chiếu sáng", "đèn công cộng hư"),
    *("Rác không ai gom", "rác chất đống trước nhà", "xe rác không tới", "thùng rác đầy", "rác bốc mùi"),
    *("Mưa là ngập", "đường ngập nước sâu", "nhà bị ngập do triều cường", "ngập úng kéo dài", "nước ngập vào nhà"),
]
LABELS = ["lamp"] * 5 + ["waste"] * 5 + ["flood"] * 5


@pytest.fixture(scope="module")
def model() -> classify.Model:
    return classify.train(TEXTS, LABELS, seed=3)


def test_it_proposes_the_right_category_first_with_and_without_diacritics(model: classify.Model) -> None:
    for text, code in (
        ("đèn đường trước nhà tôi tắt rồi", "lamp"),
        ("RÁC ĐẦY THÙNG", "waste"),
        ("nước ngập lút bánh xe", "flood"),
    ):
        assert model.propose(text, 1)[0].code == code
        assert model.propose(fold(text), 1)[0].code == code


def test_abbreviations_of_the_phone_are_words(model: classify.Model) -> None:
    assert features.plain("Đg ko có đèn, bv gần đó dc 12 năm") == "duong khong co den benh vien gan do duoc 0 nam"
    assert model.propose("đg ngập nc", 1)[0].code == "flood"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_gets_probabilities_in_order(model: classify.Model, text: str) -> None:
    proposals = model.propose(text, 3)
    stated = [proposal.probability for proposal in proposals]
    assert {proposal.code for proposal in proposals} == {"lamp", "waste", "flood"}
    assert stated == sorted(stated, reverse=True)
    assert sum(stated) == pytest.approx(1)


def test_a_text_without_a_known_word_is_not_sure_of_anything(model: classify.Model) -> None:
    assert model.propose("xyzzy", 1)[0].probability < 0.6
    assert model.propose("", 1)[0].probability < 0.6


def test_the_same_seed_gives_the_same_model() -> None:
    first, again = (classify.train(TEXTS, LABELS, seed=5) for _ in range(2))
    assert np.array_equal(first.weights, again.weights)
    assert first.temperature == again.temperature


def test_a_model_survives_its_file(model: classify.Model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    read = classify.Model.load(path)
    assert read.codes == model.codes
    for text in TEXTS:
        assert [p.code for p in read.propose(text)] == [p.code for p in model.propose(text)]
        assert read.probabilities(text) == pytest.approx(model.probabilities(text), abs=2e-3)
    with zipfile.ZipFile(path) as archive:
        assert all(b"pickle" not in archive.read(name) for name in archive.namelist())


def test_a_file_that_could_run_something_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, head=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        classify.Model.load(path)


def test_a_file_of_another_format_is_refused(
    model: classify.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.npz"
    model.save(path)
    monkeypatch.setattr(classify, "FORMAT", classify.FORMAT + 1)
    with pytest.raises(ValueError, match="not a model"):
        classify.Model.load(path)


def test_a_new_model_replaces_the_old_one_only_when_better_on_unseen_texts(model: classify.Model) -> None:
    unseen = [("đèn tắt tối thui", "lamp"), ("rác thúi quá", "waste"), ("ngập nữa rồi", "flood")]
    worse = replace(model, weights=-model.weights)
    assert classify.replace_if_better(model, worse, unseen) is model
    assert classify.replace_if_better(worse, model, unseen) is model
    same = replace(model)
    assert classify.replace_if_better(model, same, unseen) is model  # as good is not better
    assert classify.replace_if_better(model, same, []) is model  # nothing unseen, nothing known
    assert classify.replace_if_better(None, same, []) is same


def test_a_label_that_a_model_does_not_know_counts_as_missed(model: classify.Model) -> None:
    score = classify.evaluate(model, ["đèn đường hư", "karaoke ồn"], ["lamp", "noise"])
    assert (score.texts, score.top_1, score.top_3) == (2, 0.5, 0.5)


def test_training_refuses_what_it_cannot_learn_from() -> None:
    with pytest.raises(ValueError, match="as many labels"):
        classify.train(["a", "b"], ["x"])
    with pytest.raises(ValueError, match="at least two"):
        classify.train(["a", "b"], ["x", "x"])


def test_the_calibration_error_is_the_gap_between_stated_and_true() -> None:
    assert classify.calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0)
    assert classify.calibration_error([0.95] * 4, [True, True, False, False]) == pytest.approx(0.45)
    assert classify.calibration_error([1.0, 0.05], [True, False]) == pytest.approx(0.025)
