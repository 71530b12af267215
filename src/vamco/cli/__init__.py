"""The command `vamco`: each command in a module of its own, imported only when it runs."""
