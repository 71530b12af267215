"""How passwords are hashed. Source: OWASP Password Storage; issue 14: 19 MiB, two passes, one lane."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with the platform's parameters. A hash with others is made anew when its owner logs in."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
