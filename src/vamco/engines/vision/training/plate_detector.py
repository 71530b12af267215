"""The plate detector's training: rendered plates on open photographs, seeded, resumable. Needs torch, never the product.

A small net with stride 8: one heat map of plates' centres and, at each place, the four corners relative to it in strides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn

from vamco.engines.vision.training import legs, scenes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

STRIDE: Final = 8
CELLS: Final = scenes.SIDE // STRIDE
_SHARD, _RING = 256, 24


@dataclass(frozen=True)
class Plan(legs.Plan):
    """How to train."""

    seed: int = 17
    minutes: float = 20.0
    batch: int = 32
    rate: float = 2e-3
    reuse: int = 4
    cool: float = 0.3
    threads: int = 1


def _block(come: int, go: int, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(come, go, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(go), nn.ReLU(inplace=True)
    )


class PlateDetector(nn.Module):
    """BGR (batch, 3, h, w), 0 to 255, sides multiples of 8 → heat (batch, 1, h/8, w/8), 0 to 1, corners (batch, 8, h/8, w/8)."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _block(3, 16, 2), _block(16, 32, 2), _block(32, 32), _block(32, 64, 2), _block(64, 64), _block(64, 64, 1, 2),
            _block(64, 64, 1, 3),
        )  # fmt: skip
        self.head = nn.Conv2d(64, 9, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.bias, 0.0)
        with torch.no_grad():
            self.head.bias[0] = -4.0

    def raw(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return (batch, 9, h/8, w/8): the heat's logit and eight corner numbers."""
        found: torch.Tensor = self.head(self.body(pictures / 128 - 1))
        return found

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the engine uses."""
        found = self.raw(pictures)
        return torch.sigmoid(found[:, :1]), found[:, 1:]


@dataclass
class Shard:
    """Scenes as arrays: pictures (n, side, side, 3), heat (n, cells, cells), corners (n, 8, cells, cells), known (n, cells, cells)."""

    pictures: Any
    heat: Any
    corners: Any
    known: Any


def render_shard(seed: int, number: int, backgrounds: Sequence[Any], fonts: Path | None) -> Shard:
    """Return the shard of this number."""
    import cv2

    cv2.setNumThreads(1)
    rng = np.random.default_rng((seed, number))
    shard = Shard(
        np.zeros((_SHARD, scenes.SIDE, scenes.SIDE, 3), np.uint8),
        np.zeros((_SHARD, CELLS, CELLS), np.float32),
        np.zeros((_SHARD, 8, CELLS, CELLS), np.float32),
        np.zeros((_SHARD, CELLS, CELLS), np.float32),
    )
    for index in range(_SHARD):
        scene = scenes.random_scene(rng, backgrounds, fonts)
        shard.pictures[index] = scene.picture
        for quad in scene.quads:
            _mark(shard, index, quad)
    return shard


def _mark(shard: Shard, index: int, quad: Any) -> None:
    """Mark a plate: a bell of heat at its centre, its corners at the cells next to the centre."""
    centre = quad.mean(axis=0) / STRIDE
    wide, high = np.maximum(np.ptp(quad, axis=0) / STRIDE, 1.0)
    y, x = np.mgrid[0:CELLS, 0:CELLS] + 0.5
    bell = np.exp(-(((x - centre[0]) / (0.18 * wide + 0.25)) ** 2 + ((y - centre[1]) / (0.18 * high + 0.25)) ** 2))
    column, row = (int(np.clip(v, 0, CELLS - 1)) for v in centre)
    bell[row, column] = 1.0
    np.maximum(shard.heat[index], bell, out=shard.heat[index])
    near = bell > 0.3
    offsets = (quad / STRIDE).reshape(8, 1, 1) - np.stack([x, y] * 4)
    shard.corners[index][:, near] = offsets[:, near]
    shard.known[index][near] = 1.0


def loss(found: torch.Tensor, heat: torch.Tensor, corners: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Return the focal loss of the heat (as CenterNet has it) and the corners' distance."""
    shown = torch.sigmoid(found[:, 0].float()).clamp(1e-4, 1 - 1e-4)
    peak = heat >= 0.999
    count = peak.sum().clamp(min=1)
    hit = ((1 - shown) ** 2 * torch.log(shown))[peak].sum()
    miss = ((1 - heat) ** 4 * shown**2 * torch.log(1 - shown))[~peak].sum()
    size = (corners.amax(1) - corners.amin(1)).clamp(min=1.0)  # a small plate's corners count as much as a large one's
    apart = ((found[:, 1:].float() - corners).abs().mean(1) / size * known).sum() / known.sum().clamp(min=1)
    return -(hit + miss) / count + 8 * apart


class Trainer(legs.Training[PlateDetector]):
    """Trains the detector of plates."""

    WARM, EVERY, SMOOTH = 100, 100, 0.98

    def __init__(self, folder: Path, plan: Plan, photographs: Sequence[Path], fonts: Path | None) -> None:
        super().__init__(plan, PlateDetector, folder / "plates.pt")
        self.plan, self.fonts = plan, fonts
        self.backgrounds = scenes.photographs(photographs)
        self.ring: list[Shard] = []

    def _step(self) -> float:
        pictures, heat, corners, known = self._batch()
        with torch.autocast("cpu", torch.bfloat16):
            found = self.net.raw(pictures.contiguous(memory_format=torch.channels_last))
        value = loss(found, heat, corners, known)
        self._learn(value, 5.0)
        self._follow(min(0.995, self.step / (self.step + 20)))
        return float(value.detach())

    def _batch(self) -> tuple[torch.Tensor, ...]:
        plan = self.plan
        turns = plan.reuse * _SHARD // plan.batch
        newest = self.step // turns
        if not self.ring or self.step % turns == 0:
            fresh = render_shard(plan.seed, newest, self.backgrounds, self.fonts)
            self.ring = [*self.ring, fresh][-_RING:]
        rng = np.random.default_rng((plan.seed, 7, self.step))
        which = rng.integers(0, len(self.ring), plan.batch)
        chosen = list(zip(which, rng.integers(0, _SHARD, plan.batch), strict=True))
        pictures = torch.from_numpy(np.stack([self.ring[s].pictures[i] for s, i in chosen])).permute(0, 3, 1, 2).float()
        gain = torch.from_numpy(rng.uniform(0.7, 1.25, (plan.batch, 3, 1, 1)).astype(np.float32))
        rest = (
            torch.from_numpy(np.stack([getattr(self.ring[s], name)[i] for s, i in chosen]))
            for name in ("heat", "corners", "known")
        )
        return (pictures * gain).clamp(0, 255), *rest


def export(net: PlateDetector, file: Path) -> None:
    """Write the detector as ONNX with free height and width."""
    size = {2: 8 * torch.export.Dim("rows", min=4, max=128), 3: 8 * torch.export.Dim("columns", min=4, max=128)}
    torch.onnx.export(
        net.eval().to(memory_format=torch.contiguous_format),
        (torch.zeros(1, 3, 192, 320),),
        str(file),
        input_names=["picture"],
        output_names=["heat", "corners"],
        dynamic_shapes=(size,),
        dynamo=True,
        external_data=False,
    )
