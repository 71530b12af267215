"""Who may do what where: deny by default."""
