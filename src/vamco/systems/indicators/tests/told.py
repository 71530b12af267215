"""What this system's handlers hear in `tests/faults/test_any_order.py`."""

from vamco.vocab.hub import DatasetHeard, DatasetPublished

TOLD = {
    "indicators.recompute": [
        DatasetPublished("csgt_tngt", 1, 1),
        DatasetPublished("kb_giaingan", 2, 2),
        DatasetPublished("csgt_tngt", 3, 3),
        DatasetPublished("nobody_counts_it", 4, 4),
    ],
    "indicators.heard": [
        DatasetHeard("csgt_tngt"),
        DatasetHeard("kb_giaingan"),
        DatasetHeard("nobody_counts_it"),
    ],
}
