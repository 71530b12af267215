"""From a detector's numbers to boxes: distances out of distributions, and one box for each thing. Pure NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Indices = NDArray[np.intp]


def centres(height: int, width: int, stride: int) -> Floats:
    """Give the middle of each cell, row by row: float32, shape (cells, 2), x then y, pixels of the network's picture."""
    down, across = np.mgrid[0 : height // stride, 0 : width // stride]
    return ((np.stack((across.ravel(), down.ravel()), axis=1) + 0.5) * stride).astype(np.float32)


def distances(logits: Floats, stride: int) -> Floats:
    """Give the expected distance of each side: from (n, 4 · bins) logits to (n, 4) pixels: left, top, right, bottom."""
    spread = logits.reshape(len(logits), 4, logits.shape[1] // 4)
    powers = np.exp(spread - spread.max(axis=2, keepdims=True))
    bins = np.arange(spread.shape[2], dtype=np.float32)
    expected: Floats = (powers @ bins) / powers.sum(axis=2) * stride
    return expected


def boxes_from(middles: Floats, sides: Floats) -> Floats:
    """Give (n, 4) boxes x0 y0 x1 y1 from (n, 2) middles and (n, 4) distances."""
    return np.concatenate((middles - sides[:, :2], middles + sides[:, 2:]), axis=1)


def overlaps(first: Floats, second: Floats) -> Floats:
    """Give the intersection over union of each pair: (n, 4) and (m, 4) boxes to (n, m)."""
    shared = intersections(first, second)
    union = areas(first)[:, None] + areas(second)[None, :] - shared
    ratio: Floats = shared / np.maximum(union, 1e-9)
    return ratio


def intersections(first: Floats, second: Floats) -> Floats:
    """Give the shared area of each pair: (n, 4) and (m, 4) boxes to (n, m), square pixels."""
    corners = np.minimum(first[:, None, 2:], second[None, :, 2:]) - np.maximum(first[:, None, :2], second[None, :, :2])
    shared: Floats = np.prod(np.maximum(corners, 0), axis=2)
    return shared


def areas(boxes: Floats) -> Floats:
    """Give the area of each box, square pixels; 0 for one that is turned inside out."""
    area: Floats = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    return area


def best(boxes: Floats, scores: Floats, groups: Indices, overlap: float, inside: float = 2.0) -> Indices:
    """Give the indices of the boxes that stay, best score first.

    A box goes when a better one of its group overlaps it by more than `overlap`, or covers more than the share `inside` of it (or
    it of the better one): what the edge of a tile has cut off.
    """
    order = np.argsort(-scores, kind="stable")
    lying = boxes[order]
    shared = intersections(lying, lying)
    area = areas(lying)
    union = np.maximum(area[:, None] + area[None, :] - shared, 1e-9)
    smaller = np.maximum(np.minimum(area[:, None], area[None, :]), 1e-9)
    same = groups[order][:, None] == groups[order][None, :]
    rivals = np.triu(same & ((shared / union > overlap) | (shared / smaller > inside)), k=1)
    stays = np.ones(len(order), dtype=bool)
    for place in np.flatnonzero(rivals.any(axis=1)):
        if stays[place]:
            stays[rivals[place]] = False
    return order[stays]
