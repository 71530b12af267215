"""The banks, the gateway and the carrier, simulated from their published formats."""
