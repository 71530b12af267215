"""Writes a TensorFlow.js graph model (`NAME.json` and its `.bin`) as ONNX, with NumPy and `onnx` alone.

Knows the operators of NanoDet-g; another one raises `UnknownOperator` with its name. What the graph computes from constants
(shapes, paddings, weights) is computed here. TensorFlow's picture order (height, width, channels) costs a transposition before and
after each convolution; they are carried along as a note instead and written only where a shape is looked at. The result takes
pictures of any height and width that are multiples of the coarsest stride: enlargements become factors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]

OPSET: Final = 17
_LAST: Final = (0, 2, 3, 1)  # stored (batch, channels, height, width), meant (batch, height, width, channels)
_TYPES: Final = {"DT_FLOAT": np.float32, "DT_INT32": np.int32, "DT_INT64": np.int64}


class UnknownOperator(Exception):  # noqa: N818  # read as a sentence where it is raised
    """The graph holds an operator that this converter does not know."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A tensor of the new graph: its name, and the transposition that the old graph means on top of it."""

    name: str
    order: tuple[int, ...]

    def axis(self, meant: int) -> int:
        """Where an axis that the old graph names lies in what is stored."""
        return self.order[meant]


def convert(model: Path, target: Path) -> None:
    """Read `model` (its `.json`; the weights lie beside it) and write `target`. Inputs and outputs keep names and shapes."""
    import onnx

    graph = json.loads(model.read_text(encoding="utf-8"))
    constants = weights(graph["weightsManifest"], model.parent)
    writer = _Writer(constants)
    for node in _in_order(graph["modelTopology"]["node"]):
        writer.add(node)
    signature = graph["signature"]
    made = writer.model(list(_shapes(signature["outputs"]).items()))
    onnx.checker.check_model(made, full_check=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    onnx.save(made, str(unfinished))
    unfinished.replace(target)


def weights(manifest: list[dict[str, Any]], folder: Path) -> dict[str, Array]:
    """Read the constants by name; half floats become floats."""
    found: dict[str, Array] = {}
    for group in manifest:
        data = b"".join((folder / name).read_bytes() for name in group["paths"])
        offset = 0
        for entry in group["weights"]:
            stored = entry.get("quantization", {}).get("dtype", entry["dtype"])
            if stored not in {"float16", "float32", "int32"}:
                raise UnknownOperator(f"weights stored as {stored}")
            count = int(np.prod(entry["shape"], dtype=np.int64))
            values = np.frombuffer(data, np.dtype(stored).newbyteorder("<"), count, offset)
            offset += values.nbytes
            found[entry["name"]] = values.astype(entry["dtype"]).reshape(entry["shape"])
    return found


def _shapes(entries: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    return {
        name.partition(":")[0]: tuple(int(each["size"]) for each in entry["tensorShape"]["dim"])
        for name, entry in entries.items()
    }


def _in_order(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort so that each node stands behind its inputs."""
    by_name = {node["name"]: node for node in nodes}
    ordered: dict[str, dict[str, Any]] = {}
    waiting = [(node, False) for node in reversed(nodes)]
    while waiting:
        node, ready = waiting.pop()
        if node["name"] in ordered:
            continue
        if ready:
            ordered[node["name"]] = node
            continue
        waiting.append((node, True))
        waiting += [(by_name[word.partition(":")[0].lstrip("^")], False) for word in node.get("input", ())]
    return list(ordered.values())


class _Writer:
    """Collects the nodes of the new graph."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights
        self._constants: dict[str, Array] = {}
        self._values: dict[str, _Value] = {}
        self._nodes: list[Any] = []
        self._stored: dict[str, Array] = {}
        self._input: tuple[str, tuple[int, ...]] = ("", ())
        self._known: dict[str, Callable[[dict[str, Any], list[str]], None]] = {
            "Conv2D": self._convolve, "MaxPool": self._pool, "Pad": self._pad, "PadV2": self._pad, "Add": self._plus,
            "AddV2": self._plus, "LeakyRelu": self._leak, "Sigmoid": self._sigmoid, "ConcatV2": self._join,
            "SplitV": self._split, "ResizeBilinear": self._resize, "Transpose": self._transpose,
            "Reshape": self._reshape, "Identity": self._keep, "SparseToDense": self._fill,
        }  # fmt: skip

    def add(self, node: dict[str, Any]) -> None:
        """Translate one node of the old graph."""
        name, operator = node["name"], node["op"]
        inputs = [word.removesuffix(":0") for word in node.get("input", ())]
        if operator == "Const":
            self._constants[name] = self._weights[name]
        elif operator == "Placeholder":
            self._values[name] = _Value(name, (0, 1, 2, 3))
            self._input = (name, tuple(int(each["size"]) for each in node["attr"]["shape"]["shape"]["dim"]))
        elif operator in self._known:
            self._known[operator](node, inputs)
        else:
            raise UnknownOperator(operator)

    def model(self, outputs: list[tuple[str, tuple[int, ...]]]) -> Any:
        """Give the whole as an ONNX model of free height and width."""
        from onnx import helper

        name, (batch, channels, *_fixed) = self._input
        free = [(ending, (shape[0], f"cells {place}", *shape[2:])) for place, (ending, shape) in enumerate(outputs)]
        graph = self._graph((name, (batch, channels, "height", "width")), free)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)

    def _graph(self, start: tuple[str, tuple[int | str, ...]], ends: Sequence[tuple[str, Any]]) -> Any:
        from onnx import TensorProto, helper, numpy_helper

        stored = [numpy_helper.from_array(array, name) for name, array in self._stored.items()]
        typed = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (start, *ends)]
        return helper.make_graph(self._nodes, "detector", typed[:1], typed[1:], stored)

    def _size(self, name: str) -> tuple[int, int]:
        """Give height and width of a picture of the old graph, stored channels first."""
        from onnx import helper, shape_inference

        graph = self._graph(self._input, [(name, ("a", "b", "c", "d"))])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
        inferred = shape_inference.infer_shapes(model, data_prop=True).graph
        _batch, _channels, height, width = inferred.output[0].type.tensor_type.shape.dim
        return height.dim_value, width.dim_value

    def _emit(self, operator: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> None:
        from onnx import helper

        self._nodes.append(helper.make_node(operator, list(inputs), list(outputs), **attributes))

    def _keep_constant(self, name: str, array: Array) -> str:
        self._stored[name] = np.ascontiguousarray(array)
        return name

    def _plain(self, name: str) -> str:
        """Give the name of a tensor that lies as the old graph means it."""
        value = self._values[name]
        if value.order == tuple(range(len(value.order))):
            return value.name
        plain = f"{value.name}/plain"
        self._emit("Transpose", [value.name], [plain], perm=value.order)
        self._values[name] = _Value(plain, tuple(range(len(value.order))))
        return plain

    def _channels_first(self, name: str) -> str:
        """Give the name of a picture stored as (batch, channels, height, width) that the old graph means channels last."""
        value = self._values[name]
        if value.order == _LAST:
            return value.name
        turned = f"{value.name}/first"
        self._emit("Transpose", [self._plain(name)], [turned], perm=(0, 3, 1, 2))
        return turned

    def _convolve(self, node: dict[str, Any], inputs: list[str]) -> None:
        _demand(_text(node, "padding") == "VALID" and _text(node, "data_format") == "NHWC", "Conv2D with padding")
        kernel = self._constants[inputs[1]].transpose(3, 2, 0, 1)
        weight = self._keep_constant(f"{node['name']}/weight", kernel)
        strides, dilations = _numbers(node, "strides")[1:3], _numbers(node, "dilations")[1:3]
        self._emit(
            "Conv", [self._channels_first(inputs[0]), weight], [node["name"]], strides=strides, dilations=dilations
        )
        self._values[node["name"]] = _Value(node["name"], _LAST)

    def _pool(self, node: dict[str, Any], inputs: list[str]) -> None:
        _demand(_text(node, "padding") == "VALID", "MaxPool with padding")
        size, strides = _numbers(node, "ksize")[1:3], _numbers(node, "strides")[1:3]
        self._emit("MaxPool", [self._channels_first(inputs[0])], [node["name"]], kernel_shape=size, strides=strides)
        self._values[node["name"]] = _Value(node["name"], _LAST)

    def _pad(self, node: dict[str, Any], inputs: list[str]) -> None:
        value, meant = self._values[inputs[0]], self._constants[inputs[1]]
        lying = np.zeros_like(meant)
        lying[[value.axis(axis) for axis in range(len(meant))]] = meant
        pads = self._keep_constant(f"{node['name']}/pads", lying.T.reshape(-1).astype(np.int64))
        filling = self._constants[inputs[2]] if len(inputs) > 2 else np.float32(0)  # noqa: PLR2004  # PadV2 brings its value
        constant = self._keep_constant(f"{node['name']}/value", np.asarray(filling, np.float32).reshape(()))
        self._emit("Pad", [value.name, pads, constant], [node["name"]])
        self._values[node["name"]] = _Value(node["name"], value.order)

    def _plus(self, node: dict[str, Any], inputs: list[str]) -> None:
        first, second = inputs
        if first in self._constants and second in self._constants:
            self._constants[node["name"]] = self._constants[first] + self._constants[second]
            return
        if first in self._constants:
            first, second = second, first
        value = self._values[first]
        if second in self._constants:
            constant = self._constants[second]
            whole = constant.reshape((1,) * (len(value.order) - constant.ndim) + constant.shape)
            other = self._keep_constant(f"{node['name']}/constant", whole.transpose(np.argsort(value.order)))
        elif self._values[second].order == value.order:
            other = self._values[second].name
        else:
            value, other = _Value(self._plain(first), tuple(range(len(value.order)))), self._plain(second)
        self._emit("Add", [value.name, other], [node["name"]])
        self._values[node["name"]] = _Value(node["name"], value.order)

    def _leak(self, node: dict[str, Any], inputs: list[str]) -> None:
        value = self._values[inputs[0]]
        self._emit("LeakyRelu", [value.name], [node["name"]], alpha=float(node["attr"]["alpha"]["f"]))
        self._values[node["name"]] = _Value(node["name"], value.order)

    def _sigmoid(self, node: dict[str, Any], inputs: list[str]) -> None:
        value = self._values[inputs[0]]
        self._emit("Sigmoid", [value.name], [node["name"]])
        self._values[node["name"]] = _Value(node["name"], value.order)

    def _join(self, node: dict[str, Any], inputs: list[str]) -> None:
        *parts, axis = inputs
        values = [self._values[part] for part in parts]
        if len({value.order for value in values}) > 1:
            values = [_Value(self._plain(part), tuple(range(len(values[0].order)))) for part in parts]
        meant = int(self._constants[axis]) % len(values[0].order)
        self._emit("Concat", [value.name for value in values], [node["name"]], axis=values[0].axis(meant))
        self._values[node["name"]] = _Value(node["name"], values[0].order)

    def _split(self, node: dict[str, Any], inputs: list[str]) -> None:
        sizes, axis = self._constants[inputs[1]], int(self._constants[inputs[2]])
        names = [node["name"] if place == 0 else f"{node['name']}:{place}" for place in range(len(sizes))]
        if inputs[0] in self._constants:
            whole = self._constants[inputs[0]]
            self._constants.update(zip(names, np.split(whole, np.cumsum(sizes)[:-1], axis), strict=True))
            return
        value = self._values[inputs[0]]
        lengths = self._keep_constant(f"{node['name']}/sizes", sizes.astype(np.int64))
        self._emit("Split", [value.name, lengths], names, axis=value.axis(axis % len(value.order)))
        self._values.update({name: _Value(name, value.order) for name in names})

    def _resize(self, node: dict[str, Any], inputs: list[str]) -> None:
        _demand(node["attr"]["half_pixel_centers"]["b"] is True, "ResizeBilinear from corners")
        source = self._channels_first(inputs[0])
        height, width = self._size(source)
        down, across = (int(each) for each in self._constants[inputs[1]])
        factors = np.array([1, 1, down / height, across / width], np.float32)
        wanted = self._keep_constant(f"{node['name']}/factors", factors)
        how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        self._emit("Resize", [source, "", wanted], [node["name"]], **how)
        self._values[node["name"]] = _Value(node["name"], _LAST)

    def _transpose(self, node: dict[str, Any], inputs: list[str]) -> None:
        turned = [int(each) for each in self._constants[inputs[1]]]
        if inputs[0] in self._constants:
            self._constants[node["name"]] = self._constants[inputs[0]].transpose(turned)
            return
        value = self._values[inputs[0]]
        self._values[node["name"]] = _Value(value.name, tuple(value.order[axis] for axis in turned))

    def _reshape(self, node: dict[str, Any], inputs: list[str]) -> None:
        shape = self._keep_constant(f"{node['name']}/shape", self._constants[inputs[1]].astype(np.int64))
        self._emit("Reshape", [self._plain(inputs[0]), shape], [node["name"]])
        self._values[node["name"]] = _Value(node["name"], tuple(range(self._stored[shape].size)))

    def _keep(self, node: dict[str, Any], inputs: list[str]) -> None:
        self._emit("Identity", [self._plain(inputs[0])], [node["name"]])
        self._values[node["name"]] = _Value(node["name"], tuple(range(len(self._values[inputs[0]].order))))

    def _fill(self, node: dict[str, Any], inputs: list[str]) -> None:
        places, shape, values, filling = (self._constants[name] for name in inputs)
        dense = np.full(shape, filling)
        if places.size:
            dense[tuple(places.T)] = values
        self._constants[node["name"]] = dense


def _text(node: dict[str, Any], attribute: str) -> str:
    import base64

    return base64.b64decode(node["attr"][attribute]["s"]).decode()


def _numbers(node: dict[str, Any], attribute: str) -> list[int]:
    return [int(each) for each in node["attr"][attribute]["list"]["i"]]


def _demand(held: bool, otherwise: str) -> None:  # noqa: FBT001  # a condition, not an option
    if not held:
        raise UnknownOperator(otherwise)
