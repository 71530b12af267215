"""The hub: departments' data come in under a contract, are checked, and become snapshots in the lake."""
