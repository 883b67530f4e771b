"""Imported in the process that workers are forked from: what each would load for itself.

The dictionaries by which pages are graded take a second to load, and workers are replaced often.
"""

from extract import read
from extract.quality import grade

UNKNOWN = "Zqxr vbnw " * 50
"""Words that only the dictionaries can judge."""

grade(UNKNOWN)
READY = read.READERS
