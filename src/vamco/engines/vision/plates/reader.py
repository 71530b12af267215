"""Read a crop of a plate: characters in reading order with a confidence each, and on how many lines they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Box, PlateRead
from vamco.engines.vision.plates.colour import colour_of
from vamco.engines.vision.plates.grammar import ALPHABET, Grammar
from vamco.engines.vision.plates.network import WEIGHTS, open_network, version_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from vamco.engines.vision.contracts import Picture

WIDTH, HEIGHT = 128, 64
_BACK: Final = 0.12  # a step back to the left of this part of the width is a new line
_FAINT: Final = 0.005  # alternatives below this confidence are not kept


@dataclass(frozen=True, slots=True)
class RawRead:
    """What the network saw, before the grammar: text, confidences, characters in each line, other candidates of each place."""

    text: str
    chars: tuple[float, ...]
    counts: tuple[int, ...]
    alternatives: tuple[Mapping[str, float], ...]


class PlateReader:
    """The network and the grammar. One thread; use one reader per worker."""

    def __init__(self, grammar: Grammar, file: Path | None = None) -> None:
        self.grammar = grammar
        self.file = file or WEIGHTS / "plate_reader.onnx"
        self._session = open_network(self.file)

    @property
    def version(self) -> str:
        """Return the network's name and the start of its hash."""
        return version_of(self.file)

    def read(self, crop: Picture, *, box: Box | None = None, day: dt.date | None = None) -> PlateRead:
        """Return what stands on a crop (BGR) of one plate; `box` is where it lies in the whole picture."""
        return self.interpret(self.read_raw([crop])[0], crop, box=box, day=day)

    def interpret(
        self, raw: RawRead, crop: Picture, *, box: Box | None = None, day: dt.date | None = None
    ) -> PlateRead:
        """Return a raw read of a crop under the grammar."""
        parsed = self.grammar.parse(raw.text, raw.chars, raw.counts, raw.alternatives, day)
        width = float(box.x1 - box.x0) if box else float(crop.shape[1])
        return PlateRead(
            parsed.text, len(raw.counts), parsed.chars, colour_of(crop), parsed.form is not None, width, box
        )

    def read_raw(self, crops: Sequence[Picture]) -> list[RawRead]:
        """Return what the network saw in each crop (BGR or grey)."""
        greys = np.stack([prepare(crop) for crop in crops])[:, None].astype(np.float32)
        logits, places = self._session.run(None, {"grey": greys})
        return [decode(one, where) for one, where in zip(logits, places, strict=True)]


def prepare(crop: Picture) -> NDArray[np.uint8]:
    """Return a crop as the network takes it: grey, 64 × 128, uint8."""
    import cv2

    grey = crop if crop.ndim == 2 else cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)  # noqa: PLR2004 (two dimensions are grey)
    how = cv2.INTER_AREA if crop.shape[1] > WIDTH else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (WIDTH, HEIGHT), interpolation=how), np.uint8)


def decode(logits: NDArray[np.float32], places: NDArray[np.float32]) -> RawRead:
    """Return one raw read of logits (10, 37), the last class meaning none, and places (10, 2) as parts of width and height."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    sure = shifted / shifted.sum(axis=1, keepdims=True)
    best = sure.argmax(axis=1)
    slots = [slot for slot, index in enumerate(best) if index < len(ALPHABET)]
    chars = [float(sure[slot, best[slot]]) for slot in slots]
    if slots and slots[-1] + 1 < len(best):  # that nothing follows must be as sure as the last character
        chars[-1] = min(chars[-1], float(sure[slots[-1] + 1, -1]))
    alternatives = tuple(
        {ALPHABET[i]: float(p) for i, p in enumerate(sure[slot, :-1]) if p >= _FAINT} for slot in slots
    )
    text = "".join(ALPHABET[best[slot]] for slot in slots)
    return RawRead(text, tuple(chars), _line_counts([float(places[slot, 0]) for slot in slots]), alternatives)


def _line_counts(across: Sequence[float]) -> tuple[int, ...]:
    """Return how many characters stand in each line: a line ends where the next character lies further left."""
    if not across:
        return ()
    starts = [0] + [i for i in range(1, len(across)) if across[i] < across[i - 1] - _BACK]
    return tuple(end - start for start, end in zip(starts, [*starts[1:], len(across)], strict=True))
