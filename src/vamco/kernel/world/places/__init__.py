"""Administrative units with dates, and their map."""
