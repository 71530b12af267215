from vamco.vocab.warnings import AlarmRaised, DirectiveClosed

# What is stored today must be readable for ever: add lines for a new version, and never change one.
STORED = [
    (
        AlarmRaised(3, "KT-01", "", "red"),
        ("warnings.alarm_raised", 1, '{"alarm": 3, "indicator": "KT-01", "dataset": "", "level": "red"}'),
    ),
    (DirectiveClosed(7, 3), ("warnings.directive_closed", 1, '{"directive": 7, "alarm": 3}')),
]
