"""How the score is reckoned."""
