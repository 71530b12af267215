"""What the broker reaches outside."""
