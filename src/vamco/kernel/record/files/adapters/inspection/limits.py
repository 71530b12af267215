"""How far the inspection goes with one file before it calls it a bomb."""

from __future__ import annotations

MB = 1 << 20

CPU_S = 10
WALL_S = 20
MEMORY = 1280 * MB  # address space; a picture of MAX_PIXELS takes 200 MB, its turned copy as much again
OPEN_FILES = 64

MAX_PIXELS = 50_000_000  # a phone's largest picture in daily use
LONGEST_SIDE = 2560  # pixels of a rendition: a photographed A4 page stays legible

ENTRIES = 2000
EXPANDED = 200 * MB
RATIO = 100
RATIO_FROM = MB  # below that a high ratio harms nobody: blank cells shrink well

PDF_OBJECTS = 500_000
PDF_EXPANDED = 512 * MB
PDF_STATES = 20  # signatures, each over the state before it
PDF_RATIO_FROM = 32 * MB  # a white page that was scanned without compression

XML_DEPTH = 200
XML_ELEMENTS = 2_000_000
