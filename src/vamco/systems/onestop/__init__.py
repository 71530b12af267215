"""One-stop (một cửa): the catalogue of procedures and life events, and how people find what they need in their own words."""
