"""Facts and their publication."""
