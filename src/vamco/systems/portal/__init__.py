"""The citizen's home: what can be done, where to go, what is planned; and the switch to the official's home."""
