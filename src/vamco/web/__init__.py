"""Base templates, components, icons, tables to work in, forms, navigation, the command palette."""
