from vamco.vocab.onestop import DossierMoved, DossierSynchronised

STORED = [
    (
        DossierMoved(17, "H53.25708-261202-0001", 2, "accept", 2),
        (
            "onestop.dossier_moved",
            1,
            '{"case": 17, "number": "H53.25708-261202-0001", "seq": 2, "act": "accept", "status": 2}',
        ),
    ),
    (
        DossierSynchronised(17, "sent"),
        ("onestop.dossier_synchronised", 1, '{"case": 17, "state": "sent"}'),
    ),
]
