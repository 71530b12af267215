"""What this system's handlers hear in `tests/faults/test_any_order.py`: stays that ended."""

from vamco.vocab.identity import StayEnded

STAY, OTHER = "7d1c2b9e-2f5d-4a68-9a8b-3c0d6f1e5a11", "b0e1c1b2-8f0a-4f57-9d0c-6a4b1f0e9c22"
TOLD = {
    "broker.leave": [
        StayEnded(STAY, 1, "left"),
        StayEnded(OTHER, 2, "locked"),
        StayEnded("", 3, "expired"),
    ],
}
