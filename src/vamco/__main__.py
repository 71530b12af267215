"""Runs the command line: `python -m vamco`."""

import sys

from vamco.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
