"""Queue of the one-stop halls: tickets, counters, calling screens and waiting figures."""
