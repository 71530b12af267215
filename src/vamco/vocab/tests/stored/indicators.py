from vamco.vocab.indicators import ValuesSettled

# What is stored today must be readable for ever: add lines for a new version, and never change one.
STORED = [
    (
        ValuesSettled("KT-01", 5, "2026-10"),
        ("indicators.values_settled", 1, '{"indicator": "KT-01", "settlement": 5, "period": "2026-10"}'),
    ),
]
