"""Officials, their posts and accounts, on pages for administrators and for themselves."""
