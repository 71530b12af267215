"""What every training here has in common: legs that can stop and go on, a rate that warms up and cools, a mean of the weights."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Net = TypeVar("Net", bound=nn.Module)


@dataclass(frozen=True)
class Plan:
    """How to train a leg. `cool` is the last part of it, from 0 to 1, in which the rate falls to nothing."""

    seed: int
    minutes: float
    rate: float
    cool: float
    threads: int


class Training(Generic[Net]):
    """A training that can stop and go on. `mean` is the running mean of the weights, which is what gets published.

    `WARM`: steps in which the rate rises; `EVERY`: steps between two lines of news; `SMOOTH`: how much of the loss told is old.
    """

    WARM: ClassVar[int]
    EVERY: ClassVar[int]
    SMOOTH: ClassVar[float]

    def __init__(self, plan: Plan, make: Callable[[], Net], file: Path) -> None:
        torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        self._leg, self.file = plan, file
        self.net: Net = make().to(memory_format=torch.channels_last)
        self.mean: Net = make()
        self.mean.load_state_dict(self.net.state_dict())
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=plan.rate, weight_decay=0.01)
        self.step, self.spent = 0, 0.0
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
        state: dict[str, Any] = {"net": self.net.state_dict(), "mean": self.mean.state_dict()}
        torch.save({**state, "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": self.spent}, fresh)
        fresh.replace(self.file)

    def train(self, say: Callable[[str], None] = print) -> None:
        """Train until the minutes of the plan are over."""
        begun = saved = time.monotonic()
        until = begun + self._leg.minutes * 60
        running = 0.0
        self.net.train()
        while (now := time.monotonic()) < until:
            self._set_rate((now - begun) / (until - begun))
            value = self._step()
            running = value if not running else self.SMOOTH * running + (1 - self.SMOOTH) * value
            if self.step % self.EVERY == 0:
                say(json.dumps({"step": self.step, "loss": round(running, 4), "minutes": round((now - begun) / 60, 1)}))
            if now - saved > 60:
                self.spent += now - saved
                saved = now
                self.save()
        self.spent += time.monotonic() - saved
        self.save()

    def _set_rate(self, done: float) -> None:
        rate = self._leg.rate * min(1.0, (self.step + 1) / self.WARM)
        if self._leg.cool and done > 1 - self._leg.cool:
            rate *= max(0.01, (1 - done) / self._leg.cool)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _step(self) -> float:
        """Do one step and return its loss."""
        raise NotImplementedError

    def _learn(self, value: torch.Tensor, longest: float) -> None:
        """Go down the slope of a loss, no step with a gradient longer than `longest`."""
        self.optimiser.zero_grad(set_to_none=True)
        value.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), longest)
        self.optimiser.step()
        self.step += 1

    def _follow(self, keep: float) -> None:
        with torch.no_grad():
            for mean, now in zip(self.mean.state_dict().values(), self.net.state_dict().values(), strict=True):
                if mean.dtype.is_floating_point:
                    mean.lerp_(now, 1 - keep)
                else:
                    mean.copy_(now)
