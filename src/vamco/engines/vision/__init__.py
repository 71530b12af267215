"""Pictures into what was seen: vehicles, tracks, plates, passages, counts. No Django, no law, no persons."""
