"""Open a network of ours: one thread that does not spin, checked against the hash on its card."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

WEIGHTS: Final = Path(__file__).resolve().parents[1] / "weights"


class DamagedWeightsError(Exception):
    """A file of weights is not what its card says."""


def open_network(file: Path) -> Any:
    """Return an ONNX Runtime session of a network; DamagedWeightsError where file and card do not agree.

    Spinning threads become up to ten times slower where cores are shared, so none spins.
    """
    import onnxruntime

    card = read_card(file)
    if card and card.get("sha256") != file_hash(file):
        raise DamagedWeightsError(file.name)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def file_hash(file: Path) -> str:
    """Return the SHA-256 of a file, hex."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_card(file: Path) -> dict[str, Any]:
    """Return the card beside a network (`NAME.yaml`), {} without one."""
    from ruamel.yaml import YAML

    card = file.with_suffix(".yaml")
    return dict(YAML(typ="safe").load(card)) if card.exists() else {}


def version_of(file: Path) -> str:
    """Return what a passage notes as the network's version: its name and the start of its hash."""
    return f"{file.stem}@{file_hash(file)[:12]}"
