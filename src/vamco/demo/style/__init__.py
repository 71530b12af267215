"""The style guide: every token and component, a table to work in, an upload and a whole form, with invented content."""
