"""The findings that were there when costlint was adopted: they are kept in a file, and not told again.

entries = read_baseline(path); use = Baseline(entries, path)
"""

from costlint.baseline.entries import Entry, read_baseline, worth_of, write_baseline
from costlint.baseline.matching import Baseline, baseline_file, entries_in, entries_of

__all__ = [
    "Baseline",
    "Entry",
    "baseline_file",
    "entries_in",
    "entries_of",
    "read_baseline",
    "worth_of",
    "write_baseline",
]
