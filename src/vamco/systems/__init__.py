"""What the province uses, one application each."""
