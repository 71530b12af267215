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
from vamco.systems.traffic.queries.violations import evidence_file, following, picture
from vamco.systems.traffic.queries.violations import listing as violations
from vamco.systems.traffic.queries.violations import one as violation
from vamco.systems.traffic.services.cameras import change_camera, lease, release, report, save_drawing
from vamco.systems.traffic.services.counting import count, count_hall, flows, hall_counts
from vamco.systems.traffic.services.evidencing import verify
from vamco.systems.traffic.services.faults import looked_at as camera_looked_at
from vamco.systems.traffic.services.hot import add as add_hot_plate
from vamco.systems.traffic.services.hot import end as end_hot_plate
from vamco.systems.traffic.services.hot import listing as hot_plates
from vamco.systems.traffic.services.learning import export as export_corrections
from vamco.systems.traffic.services.looking import Way
from vamco.systems.traffic.services.owners import by_code as looked_up
from vamco.systems.traffic.services.owners import contest, look_up
from vamco.systems.traffic.services.owners import picture as owner_picture
from vamco.systems.traffic.services.passages import take_in
from vamco.systems.traffic.services.proposing import propose
from vamco.systems.traffic.services.reviewing import (
    ask_again,
    confirm,
    decide,
    hear,
    refuse,
    reject,
    sanction,
    send_back,
)
from vamco.systems.traffic.services.searching import search as search_plates
from vamco.systems.traffic.services.searching import searches as plate_searches
from vamco.systems.traffic.services.watching import Plan, watch

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
    "Plan",
    "RoadRule",
    "Sanction",
    "SignChange",
    "Vehicle",
    "Verified",
    "ViolationView",
    "Way",
    "add_hot_plate",
    "ask_again",
    "camera",
    "camera_looked_at",
    "cameras",
    "change_camera",
    "confirm",
    "contest",
    "count",
    "count_hall",
    "decide",
    "drawing",
    "drawing_versions",
    "end_hot_plate",
    "evidence_file",
    "export_corrections",
    "flows",
    "following",
    "hall_counts",
    "hear",
    "hot_plates",
    "lease",
    "look_up",
    "looked_up",
    "owner_picture",
    "picture",
    "plate_searches",
    "propose",
    "refuse",
    "reject",
    "release",
    "report",
    "rules_on",
    "sanction",
    "save_drawing",
    "search_plates",
    "send_back",
    "settings",
    "take_in",
    "verify",
    "violation",
    "violations",
    "watch",
]
