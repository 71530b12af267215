import datetime as dt
import json

import pytest

from vamco import vocab

LATE = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)

# What is stored today must be readable for ever: add lines for a new version, and never change one.
STORED = [
    (
        vocab.DatasetPublished("disbursement", 8123, 12),
        ("hub.dataset_published", 1, '{"dataset": "disbursement", "snapshot": 8123, "run": 12}'),
    ),
    (
        vocab.DatasetLate("disbursement", LATE, None),
        (
            "hub.dataset_late",
            1,
            '{"dataset": "disbursement", "due_at": "2026-11-20T01:00:00+00:00", "last_published_at": null}',
        ),
    ),
    (
        vocab.ValuesSettled("KT-01", 5, "2026-10"),
        ("indicators.values_settled", 1, '{"indicator": "KT-01", "settlement": 5, "period": "2026-10"}'),
    ),
    (
        vocab.CaseActed(7, "directive", "report_back", "issued", "reported"),
        (
            "cases.case_acted",
            1,
            '{"case": 7, "kind": "directive", "act": "report_back", "from_state": "issued", "to_state": "reported"}',
        ),
    ),
    (vocab.CaseMoved(7, 3), ("cases.case_moved", 1, '{"case": 7, "seq": 3}')),
    (
        vocab.CaseAssigned(7, 2, 5, 4),
        ("cases.case_assigned", 1, '{"case": 7, "seq": 2, "person": 5, "by": 4}'),
    ),
    (
        vocab.CaseEscalated(7, "directive", 2, "warnings.issue_directive", "H53.04", 5),
        (
            "cases.case_escalated",
            2,
            '{"case": 7, "kind": "directive", "level": 2, "may": "warnings.issue_directive", "agency": "H53.04", "seq": 5}',
        ),
    ),
    (
        vocab.AlarmRaised(3, "KT-01", "", "red"),
        ("warnings.alarm_raised", 1, '{"alarm": 3, "indicator": "KT-01", "dataset": "", "level": "red"}'),
    ),
    (vocab.DirectiveClosed(7, 3), ("warnings.directive_closed", 1, '{"directive": 7, "alarm": 3}')),
]


@pytest.mark.parametrize(("event", "row"), STORED, ids=lambda value: getattr(type(value), "__name__", None))
def test_an_event_is_stored_and_read_exactly_so(event, row):
    name, version, payload = row
    assert vocab.dump(event) == (name, version, json.loads(payload))
    assert vocab.load(name, version, json.loads(payload)) == event


def test_every_event_is_in_the_list():
    assert {row[0] for _, row in STORED} == {name for name in vocab.registry.names() if not name.startswith("test.")}


def test_every_version_that_was_ever_stored_has_its_way_up():
    assert vocab.registry.gaps() == ()
