"""A rendered road: SUMO moves, photographs' cut-outs are drawn, and what happened is known exactly.

Needs OpenCV and NumPy (the extra `vision`); only `sumo.py` needs SUMO (the group `bench`).
"""
