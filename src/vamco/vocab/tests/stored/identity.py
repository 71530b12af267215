from vamco.vocab.identity import StayEnded

STORED = [
    (
        StayEnded("3f0c6f5e-8f4e-4c6e-9d0e-2b7f8f1f0a11", 5, "left"),
        (
            "identity.stay_ended",
            1,
            '{"sid": "3f0c6f5e-8f4e-4c6e-9d0e-2b7f8f1f0a11", "person": 5, "why": "left"}',
        ),
    ),
]
