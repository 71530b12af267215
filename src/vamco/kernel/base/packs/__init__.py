"""Packs: the province as files, checked and loaded section by section."""
