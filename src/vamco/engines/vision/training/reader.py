"""The plate reader's training: rendered plates alone, seeded, resumable. Needs the packages of docs (torch), never the product.

A grey crop of 64 × 128 goes through convolutions to 8 × 16 places of 128 numbers. Ten learned queries, one for each character in
reading order, look for their place (this is taught, because the renderer knows the places) and name the character: 36 or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from vamco.engines.vision.training import legs, rendering
from vamco.engines.vision.training.glyphs import ALPHABET

if TYPE_CHECKING:
    from pathlib import Path

SLOTS: Final = 10
NONE: Final = len(ALPHABET)
ROWS, COLUMNS, CHANNELS = 8, 16, 128
_SHARD: Final = 512
_RING: Final = 48  # shards that are kept, about 25,000 plates


@dataclass(frozen=True)
class Plan(legs.Plan):
    """How to train. The same plan from the same checkpoint gives the same weights on the same machine."""

    seed: int = 16
    minutes: float = 60.0
    batch: int = 64
    rate: float = 1.5e-3
    reuse: int = 3  # times that a rendered plate is seen
    cool: float = 0.0  # last part of the leg, from 0 to 1, in which the rate falls to nothing
    threads: int = 1


class Spread(nn.Module):
    """Let all places know of each other: dense layers over places, the same for each channel."""

    def __init__(self, places: int) -> None:
        super().__init__()
        self.dense = nn.Sequential(nn.Linear(places, places), nn.ReLU(inplace=True), nn.Linear(places, places))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Spread (batch, channels, places)."""
        spread: torch.Tensor = x + self.dense(x)
        return spread


class Mix(nn.Module):
    """Let the queries know of each other: a dense layer over queries, one over channels."""

    def __init__(self, tokens: int, channels: int) -> None:
        super().__init__()
        self.before, self.after = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.places = nn.Sequential(nn.Linear(tokens, tokens), nn.GELU(), nn.Linear(tokens, tokens))
        self.channels = nn.Sequential(nn.Linear(channels, 2 * channels), nn.GELU(), nn.Linear(2 * channels, channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Mix (batch, tokens, channels)."""
        x = x + self.places(self.before(x).transpose(1, 2)).transpose(1, 2)
        mixed: torch.Tensor = x + self.channels(self.after(x))
        return mixed


class Look(nn.Module):
    """One look of the queries over the places; returns what was seen and where it was looked for (log of attention)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(channels, channels) for _ in range(3))
        self.mix = Mix(SLOTS, channels)
        self.scale = channels**-0.5

    def forward(self, queries: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the queries after the look and the log attention (batch, slots, tokens)."""
        fit = self.query(queries) @ self.key(places).transpose(1, 2) * self.scale
        seen = torch.softmax(fit.float(), -1).to(places.dtype) @ self.value(places)
        return self.mix(queries + seen), fit


def _block(come: int, go: int, stride: int, size: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(come, go, size, stride, size // 2, bias=False), nn.BatchNorm2d(go), nn.ReLU(inplace=True)
    )


class Reader(nn.Module):
    """Grey crops (batch, 1, 64, 128), 0 to 255 → logits (batch, 10, 37), places (batch, 10, 2) as parts of width and height."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _block(1, 24, 2, 5),
            _block(24, 48, 2),
            _block(48, 64, 1),
            _block(64, CHANNELS, 2),
            _block(CHANNELS, CHANNELS, 1),
        )
        self.where = nn.Parameter(torch.randn(ROWS * COLUMNS, CHANNELS) * 0.02)
        self.spread = Spread(ROWS * COLUMNS)
        self.slots = nn.Parameter(torch.randn(SLOTS, CHANNELS) * 0.5)
        self.first, self.second = Look(CHANNELS), Look(CHANNELS)
        self.name, self.hint = nn.Linear(CHANNELS, NONE + 1), nn.Linear(CHANNELS, NONE + 1)
        y, x = torch.meshgrid(torch.arange(ROWS), torch.arange(COLUMNS), indexing="ij")
        self.register_buffer("grid", torch.stack([(x.flatten() + 0.5) / COLUMNS, (y.flatten() + 0.5) / ROWS], 1))

    def everything(self, grey: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return logits, where the queries looked last (logits over places), and what each place shows (logits)."""
        x = grey / 255
        x = (x - x.mean((1, 2, 3), keepdim=True)) / (x.std((1, 2, 3), keepdim=True) + 0.05)
        x = x.contiguous(memory_format=torch.channels_last)
        places = self.spread(self.body(x).flatten(2)).transpose(1, 2) + self.where
        queries, _ = self.first(self.slots, places)
        queries, fit = self.second(queries, places)
        return self.name(queries), fit, self.hint(places)

    def forward(self, grey: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the engine uses."""
        logits, fit, _ = self.everything(grey)
        return logits, torch.softmax(fit, -1) @ self.grid.to(fit.dtype)


@dataclass
class Shard:
    """Rendered plates as arrays: pictures (n, 64, 128), characters (n, 10), places (n, 10, 2)."""

    pictures: Any
    characters: Any
    places: Any


def render_shard(seed: int, number: int, fonts: Path | None, count: int = _SHARD) -> Shard:
    """Return the shard of this number; it depends on nothing but seed and number."""
    import cv2

    cv2.setNumThreads(1)
    rng = np.random.default_rng((seed, number))
    pictures = np.zeros((count, rendering.HEIGHT, rendering.WIDTH), np.uint8)
    characters = np.full((count, SLOTS), NONE, np.int64)
    places = np.full((count, SLOTS, 2), -1.0, np.float32)
    for index in range(count):
        crop = rendering.random_crop(rng, fonts)
        pictures[index] = cv2.cvtColor(crop.picture, cv2.COLOR_BGR2GRAY)
        for slot, character in enumerate(crop.text[:SLOTS]):
            characters[index, slot] = ALPHABET.index(character)
            places[index, slot] = crop.centres[slot]
    return Shard(pictures, characters, places)


def loss(reader: Reader, pictures: torch.Tensor, characters: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Return the loss: the names of the characters, where the queries look, and what the places show."""
    logits, fit, hints = reader.everything(pictures)
    total = functional.cross_entropy(logits.float().flatten(0, 1), characters.flatten(), label_smoothing=0.02)
    known = characters != NONE
    column = (places[..., 0] * COLUMNS).long().clamp(0, COLUMNS - 1)
    row = (places[..., 1] * ROWS).long().clamp(0, ROWS - 1)
    cell = row * COLUMNS + column
    look = functional.cross_entropy(fit.float()[known], cell[known])
    shown = torch.full((len(pictures), ROWS * COLUMNS), NONE)
    shown[known.nonzero()[:, 0], cell[known]] = characters[known]
    hint = functional.cross_entropy(hints.float().flatten(0, 1), shown.flatten())
    return total + 0.3 * look + 0.5 * hint


def disturb(pictures: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    """Return the pictures as floats with other light and a covered patch, so that a plate seen again is not the same."""
    count = len(pictures)
    pictures = pictures.float()
    gain = torch.empty(count, 1, 1, 1).uniform_(0.7, 1.3, generator=chance)
    shift = torch.empty(count, 1, 1, 1).uniform_(-25, 25, generator=chance)
    pictures = (pictures * gain + shift).clamp(0, 255)
    spots = torch.rand(count, 5, generator=chance)
    for index in (spots[:, 0] < 0.15).nonzero()[:, 0].tolist():
        x, y = int(spots[index, 1] * 120), int(spots[index, 2] * 60)
        wide, high = 2 + int(spots[index, 3] * 8), 2 + int(spots[index, 4] * 8)
        pictures[index, :, y : y + high, x : x + wide] = pictures[index].mean()
    return pictures


class Trainer(legs.Training[Reader]):
    """Trains the reader."""

    WARM, EVERY, SMOOTH = 200, 200, 0.99

    def __init__(self, folder: Path, plan: Plan, fonts: Path | None) -> None:
        super().__init__(plan, Reader, folder / "reader.pt")
        self.plan, self.fonts = plan, fonts
        self.ring: list[Shard] = []

    def _step(self) -> float:
        pictures, characters, places = self._batch()
        with torch.autocast("cpu", torch.bfloat16):
            value = loss(self.net, pictures, characters, places)
        self._learn(value, 2.0)
        if self.step % 4 == 0:
            self._follow(min(0.996, self.step / (self.step + 80)))
        return float(value.detach())

    def _batch(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        plan = self.plan
        turns = plan.reuse * _SHARD // plan.batch  # steps for each new shard
        newest = self.step // turns
        if not self.ring:  # a resumed training renders its last shards again
            back = range(max(0, newest - 3), newest)
            self.ring = [render_shard(plan.seed, number, self.fonts) for number in back]
            self.ring.append(render_shard(plan.seed, newest, self.fonts))
        elif self.step % turns == 0:
            self.ring = [*self.ring, render_shard(plan.seed, newest, self.fonts)][-_RING:]
        rng = np.random.default_rng((plan.seed, 7, self.step))
        which = rng.integers(0, len(self.ring), plan.batch)
        index = rng.integers(0, _SHARD, plan.batch)
        chosen = list(zip(which, index, strict=True))
        pictures = torch.from_numpy(np.stack([self.ring[s].pictures[i] for s, i in chosen]))[:, None]
        characters = torch.from_numpy(np.stack([self.ring[s].characters[i] for s, i in chosen]))
        places = torch.from_numpy(np.stack([self.ring[s].places[i] for s, i in chosen]))
        chance = torch.Generator().manual_seed(plan.seed * 1_000_003 + self.step)
        return disturb(pictures, chance), characters, places


def export(reader: Reader, file: Path) -> None:
    """Write the reader as ONNX with a free batch size."""
    reader = reader.eval().to(memory_format=torch.contiguous_format)
    torch.onnx.export(
        reader,
        (torch.zeros(2, 1, rendering.HEIGHT, rendering.WIDTH),),
        str(file),
        input_names=["grey"],
        output_names=["logits", "places"],
        dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=1024)},),
        dynamo=True,
        external_data=False,
    )


def keep_state(reader: Reader, file: Path) -> None:
    """Write the weights from which a province's own training starts, as halves (`NAME.npz`)."""
    state = {name: value.half().numpy() for name, value in reader.state_dict().items() if value.is_floating_point()}
    np.savez_compressed(file, **state)


def kept_state(file: Path) -> Reader:
    """Return a reader with the weights that `keep_state` wrote."""
    reader = Reader()
    with np.load(file) as stored:
        found = {name: torch.from_numpy(stored[name]).float() for name in stored.files}
    reader.load_state_dict({**reader.state_dict(), **found})
    return reader
