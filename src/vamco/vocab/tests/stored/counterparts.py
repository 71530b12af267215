from vamco.vocab.counterparts import Answered

STORED = [
    (
        Answered("tax", "dossier:17:4", "dossier:17", "land_duty", "due", 1),
        (
            "counterparts.answered",
            1,
            '{"line": "tax", "key": "dossier:17:4", "subject": "dossier:17", "kind": "land_duty", "state": "due", "number": 1}',
        ),
    )
]
