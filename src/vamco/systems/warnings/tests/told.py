"""What this system's handlers hear in `tests/faults/test_any_order.py`: one dataset is late, another has come."""

import datetime as dt

from vamco.vocab.hub import DatasetInTime, DatasetLate, DatasetPublished
from vamco.vocab.indicators import ValuesSettled

DAY = dt.timedelta(days=1)
LATE, CAME = "kb_giaingan", "dkkd"
NOON = dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)
TOLD = {
    "warnings.judge": [
        ValuesSettled("HCC08", 1, "2026-11-18"),
        ValuesSettled("DTC01", 2, "2026-11-19"),
        ValuesSettled("HCC08", 3, "2026-11-20"),
    ],
    "warnings.late": [
        DatasetLate(LATE, NOON - 2 * DAY, None),
        DatasetLate(CAME, NOON - 2 * DAY, None),
        DatasetLate(LATE, NOON - DAY, None),
        DatasetLate(LATE, NOON, None),
    ],
    "warnings.came": [
        DatasetPublished(LATE, 1, 1),
        DatasetPublished(CAME, 2, 2),
        DatasetPublished(LATE, 3, 3),
    ],
    "warnings.in_time": [
        DatasetInTime(LATE),
        DatasetInTime(CAME),
        DatasetInTime(LATE),
    ],
}
