"""What is kept: files, documents, signatures, numbers, the search index."""
