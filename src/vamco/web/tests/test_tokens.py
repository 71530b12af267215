"""The promises that the colours make, computed from the file that makes them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "static" / "web"
STYLE = Path(__file__).parents[2] / "demo" / "style" / "static" / "style"
TOKENS = (STATIC / "tokens.css").read_text("utf-8")
PAIRS = dict(re.findall(r"--([\w-]+): light-dark\((#\w+, #\w+)\);", TOKENS))
THEMES = ("light", "dark")
GROUNDS = ("paper", "surface", "sunken")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(ink: str, ground: str, theme: str) -> float:
    first, second = sorted(
        (luminance(PAIRS[name].split(", ")[THEMES.index(theme)]) for name in (ink, ground)), reverse=True
    )
    return (first + 0.05) / (second + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#000000") == 0
    assert (1.05) / (luminance("#767676") + 0.05) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "ink-soft"])
def test_body_text_reads_at_seven_to_one_on_every_surface(ink: str, ground: str, theme: str) -> None:
    assert contrast(ink, ground, theme) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", ["ok", "watch", "warning", "urgent", "stale", "accent"])
def test_a_status_reads_at_seven_to_one_in_its_badge(tone: str, theme: str) -> None:
    ink = "accent-strong" if tone == "accent" else tone
    assert contrast(ink, f"{tone}-soft", theme) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        ("on-accent", "accent", 4.5),
        ("on-accent", "accent-strong", 4.5),
        ("on-urgent", "urgent-strong", 4.5),
        ("accent", "paper", 4.5),
        ("accent", "surface", 4.5),
        ("accent", "accent-soft", 4.5),
        ("ink", "accent-soft", 7),
        ("ink", "urgent-soft", 7),
        ("ink", "warning-soft", 7),
        ("ink-soft", "urgent-soft", 4.5),
        ("urgent", "surface", 7),
        ("line-strong", "surface", 3),
        ("line-strong", "paper", 3),
        ("accent", "sunken", 3),
    ],
)
def test_what_stands_on_colour_can_be_seen(ink: str, ground: str, least: float, theme: str) -> None:
    assert contrast(ink, ground, theme) >= least


@pytest.mark.parametrize("theme", THEMES)
def test_classes_of_a_map_grow_one_way_and_can_be_told_apart(theme: str) -> None:
    steps = [luminance(PAIRS[f"step-{number}"].split(", ")[THEMES.index(theme)]) for number in range(1, 6)]
    assert steps == sorted(steps, reverse=theme == "light")
    lighter_first = steps if theme == "light" else steps[::-1]
    assert all((one + 0.05) / (two + 0.05) > 1.25 for one, two in pairwise(lighter_first))


def test_no_colour_is_written_outside_the_tokens() -> None:
    named = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|:\s*(?:white|black|red|green|blue)\b")
    elsewhere = {
        path.name: named.findall(path.read_text("utf-8"))
        for path in [*STATIC.glob("*.css"), *STYLE.glob("*.css")]
        if path.name != "tokens.css"
    }
    assert {name for name, found in elsewhere.items() if found} == set()
    assert set(elsewhere) == {
        "base.css", "citizen.css", "components.css", "desk.css", "forms.css", "wall.css", "print.css", "style.css",
    }  # fmt: skip


def test_every_token_that_is_used_is_defined() -> None:
    everything = "".join(
        path.read_text("utf-8") for path in [*STATIC.glob("*.css"), *STYLE.glob("*.css"), STATIC / "web.js"]
    )
    defined = set(re.findall(r"--([\w-]+):", everything))
    assert set(re.findall(r"var\(--([\w-]+)", everything)) <= defined
    assert set(re.findall(r'token\("([\w-]+)"\)', everything)) <= defined
