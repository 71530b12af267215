"""Official numbers: consecutive in their series, without a gap."""
