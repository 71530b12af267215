"""What everything stands on: audit, events, jobs, packs, the clock."""
