"""Signatures and timestamps on PDF documents, and what a stranger can learn from them."""
