from vamco.vocab.cases import CaseActed, CaseAssigned, CaseEscalated, CaseMoved, CasePassed

# What is stored today must be readable for ever: add lines for a new version, and never change one.
STORED = [
    (
        CaseActed(7, "directive", "report_back", "issued", "reported"),
        (
            "cases.case_acted",
            1,
            '{"case": 7, "kind": "directive", "act": "report_back", "from_state": "issued", "to_state": "reported"}',
        ),
    ),
    (CasePassed(7, 3), ("cases.case_passed", 1, '{"case": 7, "seq": 3}')),
    (CaseMoved(7, 3), ("cases.case_moved", 1, '{"case": 7, "seq": 3}')),
    (
        CaseAssigned(7, 2, 5, 4),
        ("cases.case_assigned", 1, '{"case": 7, "seq": 2, "person": 5, "by": 4}'),
    ),
    (
        CaseEscalated(7, "directive", 2, "warnings.issue_directive", "H53.04", 5),
        (
            "cases.case_escalated",
            2,
            '{"case": 7, "kind": "directive", "level": 2, "may": "warnings.issue_directive", "agency": "H53.04", "seq": 5}',
        ),
    ),
]
