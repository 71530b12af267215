"""Retrain the reader on a province's own plates, on its own machine, and switch only if a held-out part is read better.

A local set is a folder with `truth.json`, a list of {"crop": FILE, "text": "70B112345"}, as people confirmed or corrected them.
Nothing of it leaves the machine; the weights that come out are the province's own.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from vamco.engines.vision.plates.reader import decode, prepare
from vamco.engines.vision.training import reader as training
from vamco.engines.vision.training.glyphs import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_HELD_OUT: Final = 5  # one of so many plates is held out
_LEAST: Final = 50  # plates, of which the held-out part says something


class TooFewPlatesError(Exception):
    """The local set is too small to learn from and to compare with."""


class Local(NamedTuple):
    """Local plates: pictures (n, 64, 128) uint8, texts."""

    pictures: Any
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Exact matches on the held-out part before and after, and whether the new weights were written."""

    plates: int
    held_out: int
    before: float
    after: float
    switched: bool


@dataclass(frozen=True)
class Plan:
    """How to adapt: half of each batch is local, half is rendered, so that what is rare here is not forgotten."""

    seed: int = 18
    minutes: float = 8.0
    batch: int = 64
    rate: float = 6e-4
    threads: int = 1


def load_local(folder: Path, entries: Sequence[dict[str, Any]] | None = None) -> tuple[Local, Local]:
    """Return the part to learn from and the part held out. All pictures of one plate are in the same part."""
    import cv2

    parts: tuple[list[tuple[Any, str]], list[tuple[Any, str]]] = ([], [])
    chosen = json.loads((folder / "truth.json").read_text(encoding="utf-8")) if entries is None else entries
    for entry in chosen:
        picture = cv2.imread(str(folder / entry["crop"]), cv2.IMREAD_GRAYSCALE)
        if picture is None or not set(entry["text"]) <= set(ALPHABET) or len(entry["text"]) > training.SLOTS:
            continue
        out = hashlib.sha256(entry["text"].encode()).digest()[0] % _HELD_OUT == 0
        parts[out].append((prepare(np.asarray(picture, np.uint8)), entry["text"]))
    if len(parts[0]) < _LEAST or len(parts[1]) < _LEAST // _HELD_OUT:
        raise TooFewPlatesError
    learn, held = (Local(np.stack([p for p, _ in part]), tuple(t for _, t in part)) for part in parts)
    return learn, held


def exact(reader: training.Reader, local: Local) -> float:
    """Return the share of plates that are read exactly."""
    right = 0
    reader.eval()
    with torch.inference_mode():
        for start in range(0, len(local.texts), 64):
            logits, places = reader(torch.from_numpy(local.pictures[start : start + 64])[:, None].float())
            reads = [decode(one.numpy(), where.numpy()).text for one, where in zip(logits, places, strict=True)]
            right += sum(read == text for read, text in zip(reads, local.texts[start : start + 64], strict=True))
    return right / len(local.texts)


def adapt(
    reader: training.Reader,
    learn: Local,
    held: Local,
    plan: Plan,
    fonts: Path | None,
    *,
    say: Callable[[str], None] = print,
) -> tuple[training.Reader, Outcome]:
    """Return the better of both readers, the given one and the one that learned, and how they compare."""
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    before = exact(reader, held)
    fresh = training.Reader()
    fresh.load_state_dict(reader.state_dict())
    mean = training.Reader()
    mean.load_state_dict(reader.state_dict())
    optimiser = torch.optim.AdamW(fresh.parameters(), lr=plan.rate, weight_decay=0.01)
    begun, step = time.monotonic(), 0
    shard = training.render_shard(plan.seed, 0, fonts)
    labels = _labels(learn.texts)
    while (done := (time.monotonic() - begun) / (plan.minutes * 60)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * max(0.02, min(1.0, (step + 1) / 30, 2 * (1 - done)))
        if step and step % 20 == 0:
            shard = training.render_shard(plan.seed, step, fonts)
        fresh.train()
        rng = np.random.default_rng((plan.seed, step))
        value = _loss(fresh, learn, labels, shard, plan=plan, rng=rng)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(fresh.parameters(), 2.0)
        optimiser.step()
        step += 1
        _follow(mean, fresh, min(0.99, step / (step + 10)))
        if step % 50 == 0:
            say(json.dumps({"step": step, "loss": round(float(value.detach()), 4)}))
    after = exact(mean, held)
    better = after > before
    return (mean if better else reader), Outcome(
        len(learn.texts) + len(held.texts), len(held.texts), before, after, better
    )


def _labels(texts: Sequence[str]) -> Any:
    labels = np.full((len(texts), training.SLOTS), training.NONE, np.int64)
    for row, text in enumerate(texts):
        labels[row, : len(text)] = [ALPHABET.index(character) for character in text]
    return labels


def _loss(
    fresh: training.Reader, learn: Local, labels: Any, shard: training.Shard, *, plan: Plan, rng: np.random.Generator
) -> torch.Tensor:
    """Return the loss of one batch; of local plates the places are not known, so only the names count."""
    half = plan.batch // 2
    local, made = rng.integers(0, len(labels), half), rng.integers(0, len(shard.pictures), half)
    chance = torch.Generator().manual_seed(int(rng.integers(1 << 31)))
    pictures = training.disturb(_moved(torch.from_numpy(learn.pictures[local])[:, None], rng), chance)
    with torch.autocast("cpu", torch.bfloat16):
        logits, _, _ = fresh.everything(pictures)
        named = functional.cross_entropy(
            logits.float().flatten(0, 1), torch.from_numpy(labels[local]).flatten(), label_smoothing=0.02
        )
        rendered = training.loss(
            fresh,
            training.disturb(torch.from_numpy(shard.pictures[made])[:, None], chance),
            torch.from_numpy(shard.characters[made]),
            torch.from_numpy(shard.places[made]),
        )
    return named + 0.5 * rendered


def _moved(pictures: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Return the pictures a little moved, turned and scaled, each otherwise."""
    count = len(pictures)
    grid = np.zeros((count, 2, 3), np.float32)
    grid[:, 0, 0], grid[:, 1, 1] = rng.uniform(0.92, 1.06, (2, count))
    grid[:, 0, 1], grid[:, 1, 0] = rng.normal(0, 0.03, (2, count))
    grid[:, :, 2] = rng.normal(0, 0.03, (count, 2))
    where = functional.affine_grid(torch.from_numpy(grid), list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures.float(), where, padding_mode="border", align_corners=False)


def _follow(mean: nn.Module, now: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for kept, fresh in zip(mean.state_dict().values(), now.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.lerp_(fresh, 1 - keep)
            else:
                kept.copy_(fresh)
