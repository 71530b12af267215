"""What this system's handlers hear in `tests/faults/test_any_order.py`."""

from vamco.vocab.hub import DatasetPublished

TOLD = {
    "indicators.recompute": [
        DatasetPublished("csgt_tngt", 1, 1),
        DatasetPublished("kb_giaingan", 2, 2),
        DatasetPublished("csgt_tngt", 3, 3),
        DatasetPublished("nobody_counts_it", 4, 4),
    ],
}
