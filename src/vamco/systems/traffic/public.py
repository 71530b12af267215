"""The front door: cameras, passages, violations and their evidence, the owner's look-up, searches, counts."""

from vamco.systems.traffic.contracts import (
    ActCode,
    CameraView,
    Counted,
    EvidenceFiles,
    Finding,
    Found,
    HallCounted,
    Health,
    LookedUp,
    RoadRule,
    Sanction,
    SignChange,
    Vehicle,
    Verified,
    ViolationView,
)
from vamco.systems.traffic.queries.cameras import drawing, drawing_versions
from vamco.systems.traffic.queries.cameras import listing as cameras
from vamco.systems.traffic.queries.cameras import one as camera
from vamco.systems.traffic.queries.table import rules_on, settings
from vamco.systems.traffic.services.cameras import change_camera, lease, release, report, save_drawing
from vamco.systems.traffic.services.passages import take_in
from vamco.systems.traffic.services.proposing import propose

__all__ = [
    "ActCode",
    "CameraView",
    "Counted",
    "EvidenceFiles",
    "Finding",
    "Found",
    "HallCounted",
    "Health",
    "LookedUp",
    "RoadRule",
    "Sanction",
    "SignChange",
    "Vehicle",
    "Verified",
    "ViolationView",
    "camera",
    "cameras",
    "change_camera",
    "drawing",
    "drawing_versions",
    "lease",
    "propose",
    "release",
    "report",
    "rules_on",
    "save_drawing",
    "settings",
    "take_in",
]
