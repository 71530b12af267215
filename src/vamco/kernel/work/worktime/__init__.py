"""Working time of offices: when a promise falls due, and how long something took."""
