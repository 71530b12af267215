"""The package `trackers` on the same detections: somebody else's ByteTrack (Apache-2.0, group bench)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from vamco.engines.vision.contracts import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.vision.contracts import Detection


def bytetrack(pictures: Sequence[Sequence[Detection]], rate: float = 25, **options: Any) -> list[dict[int, Box]]:
    """Follow; as it comes, or with other thresholds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import supervision
        from trackers import ByteTrackTracker

        tracker, followed = ByteTrackTracker(frame_rate=rate, **options), []
        for found in pictures:
            given = supervision.Detections.empty()
            if found:
                boxes, scores = np.array([one.box for one in found]), np.array([one.score for one in found])
                given = supervision.Detections(xyxy=boxes, confidence=scores, class_id=np.zeros(len(found), int))
            seen = tracker.update(given)
            pairs = zip(seen.xyxy, seen.tracker_id, strict=True)
            followed.append({int(number): Box(*map(float, box)) for box, number in pairs if number >= 0})
    return followed
