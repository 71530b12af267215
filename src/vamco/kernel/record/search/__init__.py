"""Full-text search that knows Vietnamese and shows only what the reader may see."""
