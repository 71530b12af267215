import datetime as dt

from vamco.vocab.hub import DatasetHeard, DatasetInTime, DatasetLate, DatasetPublished

# What is stored today must be readable for ever: add lines for a new version, and never change one.
STORED = [
    (
        DatasetPublished("disbursement", 8123, 12),
        ("hub.dataset_published", 1, '{"dataset": "disbursement", "snapshot": 8123, "run": 12}'),
    ),
    (
        DatasetLate("disbursement", dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC), None),
        (
            "hub.dataset_late",
            1,
            '{"dataset": "disbursement", "due_at": "2026-11-20T01:00:00+00:00", "last_published_at": null}',
        ),
    ),
    (DatasetHeard("disbursement"), ("hub.dataset_heard", 1, '{"dataset": "disbursement"}')),
    (DatasetInTime("disbursement"), ("hub.dataset_in_time", 1, '{"dataset": "disbursement"}')),
]
