"""What every system shares and none owns, in four groups."""
