"""One Vietnamese word for each concept, in what people read: catalogues, packs, the README. `docs/glossary.md` explains the choice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vamco.cli import messages

ROOT = Path(__file__).parents[2]
# What is not written, and what is instead. A term of law keeps its own words.
INSTEAD = {
    r"bảng điều khiển": "bảng điều hành",
    r"mức độ(?! (hài lòng|định danh|khuyết tật))": "mức",
    r"cấp độ(?! an toàn)|cấp cảnh báo": "mức",
    r"báo động": "cảnh báo",
    r"quý vị": "bạn",
    r"thu hồi (nhiệm vụ|yêu cầu)": "rút",
    r"\bCĐ[-–]|prefix: CĐ": "NV, for CĐ is công điện",
}


def found(text: str) -> list[str]:
    """Return each word that should be another one, with the line that it stands in."""
    wrong = [(re.compile(pattern, re.IGNORECASE), word) for pattern, word in INSTEAD.items()]
    return [
        f"{hit[0]} → {word}: {line.strip()[:100]}"
        for line in text.splitlines()
        for pattern, word in wrong
        if (hit := pattern.search(line))
    ]


def test_no_text_says_another_word_for_the_same() -> None:
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in (ROOT / "packs").rglob("*.yaml")}
    texts["README.vi.md"] = (ROOT / "README.vi.md").read_text()
    for po in messages.catalogues("vi"):
        if po.exists():
            strings = [entry.string for entry in messages.read(po) if entry.id]
            texts[str(po.relative_to(ROOT))] = "\n".join(
                " ".join(part.split()) for said in strings for part in ([said] if isinstance(said, str) else said)
            )
    assert len(texts) > 20
    assert {name: wrong for name, text in texts.items() if (wrong := found(text))} == {}


@pytest.mark.parametrize(
    "text",
    ["Bảng điều khiển", "chọn mức độ cảnh báo", "cấp độ 2", "Báo động đỏ", "gửi quý vị", "CĐ-7", "đã thu hồi nhiệm vụ"],
)
def test_the_words_are_found(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "mức độ hài lòng",
        "mức độ định danh 2",
        "mức độ khuyết tật",
        "cấp độ an toàn 3",
        "Trường CĐ nghề",
        "thu hồi văn bản",
    ],
)
def test_terms_of_law_stay(text: str) -> None:
    assert found(text) == []


def test_the_glossary_says_the_agreed_words() -> None:
    rows = [
        line.split("|")[1].strip() for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if "|" in line
    ]
    for word in ("bảng điều hành", "mức (cảnh báo)", "cảnh báo", "nhiệm vụ chỉ đạo, chỉ đạo (NV)", "trả lại"):
        assert word in rows
