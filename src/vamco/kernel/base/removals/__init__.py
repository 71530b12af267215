"""Removals: files are not removed while a backup reads what its moment names.

Rows and the contents that they name are removed apart: a backup sees the rows of one moment and copies the contents after it.
Whoever removes contents asks here first, and leaves what it may not remove now to its next sweep.
"""
