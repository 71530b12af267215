"""A synthetic province that behaves: departments with a real web service and folders of spreadsheets, seeded."""
