"""The operations centre: leaders’ board, indicator pages, map and wall. It shows, and changes nothing."""
