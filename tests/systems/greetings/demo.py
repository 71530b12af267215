filled = []


def fill():
    filled.append("a greeting")
