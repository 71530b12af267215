"""Planning notices and investment projects: what an agency publishes from its spreadsheets, and anybody finds on a map."""
