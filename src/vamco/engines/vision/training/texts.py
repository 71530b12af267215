"""Made-up plate texts of every form, for rendering. None of them is read from a picture or a register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import numpy as np

LETTERS: Final = "ABCDEFGHKLMNPRSTUVXYZ"
_UNUSED: Final = frozenset({13, 42, 44, 45, 46, 87, 91, 96})
_PROVINCES: Final = tuple(n for n in range(11, 100) if n not in _UNUSED)
_SERIES: Final = ("LD", "DA", "KT", "MK", "TD", "HC", "CD", "RM", "NN", "NG", "QT", "CV")
MOTORBIKE, CAR_HIGH, CAR_LONG = 190 / 140, 330 / 165, 520 / 110


class PlateText(NamedTuple):
    """Rows with their dash and dot, the colour of the ground and the shape of the plate (width by height)."""

    rows: tuple[str, ...]
    colour: str
    aspect: float


def random_text(rng: np.random.Generator) -> PlateText:
    """Return a plate text; forms are weighed so that common ones are common and rare ones are learned all the same."""
    form = rng.choice(len(_FORMS), p=_WEIGHTS)
    return _FORMS[form](rng)


def _digits(rng: np.random.Generator, count: int) -> str:
    if rng.random() < 0.15:  # repeated digits are sought after on auctions, and hard to count
        return str(rng.integers(10)) * count
    return "".join(str(n) for n in rng.integers(0, 10, count))


def _letter(rng: np.random.Generator) -> str:
    return LETTERS[rng.integers(len(LETTERS))]


def _province(rng: np.random.Generator) -> str:
    return str(_PROVINCES[rng.integers(len(_PROVINCES))])


def _number(rng: np.random.Generator, five: float) -> str:
    """Five digits with their dot, or four without."""
    if rng.random() < five:
        digits = _digits(rng, 5)
        return f"{digits[:3]}.{digits[3:]}"
    return _digits(rng, 4)


def _colour(rng: np.random.Generator) -> str:
    return str(rng.choice(("white", "yellow", "blue"), p=(0.75, 0.15, 0.1)))


def _motorbike(rng: np.random.Generator) -> PlateText:
    roll = rng.random()
    if roll < 0.82:
        series = _letter(rng) + str(rng.integers(1, 10))
    elif roll < 0.95:
        series = _letter(rng) + _letter(rng)
    else:
        series = "MD" + str(rng.integers(1, 10))
    dash = "-" if rng.random() < 0.93 else ""
    return PlateText((f"{_province(rng)}{dash}{series}", _number(rng, 0.68)), _colour(rng), MOTORBIKE)


def _car_high(rng: np.random.Generator) -> PlateText:
    series = _letter(rng) if rng.random() < 0.85 else str(rng.choice(_SERIES))
    dash = "-" if rng.random() < 0.2 else ""
    return PlateText((f"{_province(rng)}{dash}{series}", _number(rng, 0.8)), _colour(rng), CAR_HIGH)


def _car_long(rng: np.random.Generator) -> PlateText:
    series = _letter(rng) if rng.random() < 0.85 else str(rng.choice(_SERIES))
    return PlateText((f"{_province(rng)}{series}-{_number(rng, 0.8)}",), _colour(rng), CAR_LONG)


def _army(rng: np.random.Generator) -> PlateText:
    head, tail = _letter(rng) + _letter(rng), _digits(rng, 4)
    number = f"{tail[:2]}-{tail[2:]}"
    if rng.random() < 0.5:
        return PlateText((f"{head}-{number}",), "red", CAR_LONG)
    return PlateText((head, number), "red", MOTORBIKE)


def _foreign(rng: np.random.Generator) -> PlateText:
    series = str(rng.choice(("NG", "QT", "CV", "NN")))
    if rng.random() < 0.5:
        return PlateText((f"{_province(rng)}-{_digits(rng, 3)}-{series}-{_digits(rng, 2)}",), "white", CAR_LONG)
    return PlateText((f"{_province(rng)}-{_digits(rng, 3)}", f"{series}-{_digits(rng, 3)}"), "white", MOTORBIKE)


def _temporary(rng: np.random.Generator) -> PlateText:
    return PlateText((f"T{_province(rng)}-{_number(rng, 0.7)}",), "white", CAR_LONG)


_FORMS: Final = (_motorbike, _car_high, _car_long, _army, _foreign, _temporary)
_WEIGHTS: Final = (0.53, 0.08, 0.3, 0.04, 0.035, 0.015)
