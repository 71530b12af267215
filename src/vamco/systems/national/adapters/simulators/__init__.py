"""The simulated national portal, a program of its own."""
