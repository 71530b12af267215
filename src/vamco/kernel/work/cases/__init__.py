"""Everything that somebody must do by a time is a case."""
