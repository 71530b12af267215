"""What this system's handlers hear in `tests/faults/test_any_order.py`: about cases that are opened there, and have no numbers yet."""

from collections.abc import Sequence

TOLD: dict[str, Sequence[object]] = {
    "desk.assigned": (),
    "desk.escalated": (),
    "desk.findable": (),
    "desk.moved": (),
    "desk.passed": (),
}
