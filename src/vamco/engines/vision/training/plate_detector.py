"""The plate detector's training: rendered plates on open photographs, seeded, resumable. Needs torch, never the product.

A small net with stride 8: one heat map of plates' centres and, at each place, the four corners relative to it in strides.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn

from vamco.engines.vision.training import scenes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

STRIDE: Final = 8
CELLS: Final = scenes.SIDE // STRIDE
_SHARD, _RING = 256, 24


@dataclass(frozen=True)
class Plan:
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


class Trainer:
    """A training that can stop and go on."""

    def __init__(self, folder: Path, plan: Plan, photographs: Sequence[Path], fonts: Path | None) -> None:
        torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        self.plan, self.fonts, self.file = plan, fonts, folder / "plates.pt"
        self.backgrounds = scenes.photographs(photographs)
        self.net = PlateDetector().to(memory_format=torch.channels_last)
        self.mean = PlateDetector()
        self.mean.load_state_dict(self.net.state_dict())
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=plan.rate, weight_decay=0.01)
        self.step, self.spent = 0, 0.0
        self.ring: list[Shard] = []
        if self.file.exists():
            state = torch.load(self.file, weights_only=True)
            self.net.load_state_dict(state["net"])
            self.mean.load_state_dict(state["mean"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step, self.spent = state["step"], state["spent"]

    def save(self) -> None:
        """Write the checkpoint; a kill in between leaves the last one."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        state = {"net": self.net.state_dict(), "mean": self.mean.state_dict(), "step": self.step, "spent": self.spent}
        torch.save({**state, "optimiser": self.optimiser.state_dict()}, fresh)
        fresh.replace(self.file)

    def train(self, say: Callable[[str], None] = print) -> None:
        """Train until the minutes of the plan are over."""
        begun = saved = time.monotonic()
        until = begun + self.plan.minutes * 60
        running = 0.0
        self.net.train()
        while (now := time.monotonic()) < until:
            self._set_rate((now - begun) / (until - begun))
            value = self._step()
            running = value if not running else 0.98 * running + 0.02 * value
            if self.step % 100 == 0:
                say(json.dumps({"step": self.step, "loss": round(running, 4), "minutes": round((now - begun) / 60, 1)}))
            if now - saved > 60:
                self.spent += now - saved
                saved = now
                self.save()
        self.spent += time.monotonic() - saved
        self.save()

    def _set_rate(self, done: float) -> None:
        rate = self.plan.rate * min(1.0, (self.step + 1) / 100)
        if self.plan.cool and done > 1 - self.plan.cool:
            rate *= max(0.01, (1 - done) / self.plan.cool)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _step(self) -> float:
        pictures, heat, corners, known = self._batch()
        with torch.autocast("cpu", torch.bfloat16):
            found = self.net.raw(pictures.contiguous(memory_format=torch.channels_last))
        value = loss(found, heat, corners, known)
        self.optimiser.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        keep = min(0.995, self.step / (self.step + 20))
        with torch.no_grad():
            for mean, now in zip(self.mean.state_dict().values(), self.net.state_dict().values(), strict=True):
                if mean.dtype.is_floating_point:
                    mean.lerp_(now, 1 - keep)
                else:
                    mean.copy_(now)
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
