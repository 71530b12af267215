"""Ports to the outside: the gateway's questions, and the carrier of electronic receipts."""
