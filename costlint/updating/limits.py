"""How much an update takes in at most, and how patient it is."""

from __future__ import annotations

ATTEMPTS = 5
"""Times a request is made before giving up."""

FIRST_PAUSE = 1.0
"""Seconds before the second attempt; doubled before each further one."""

LONGEST_PAUSE = 60.0
"""Seconds a server may ask to wait; if it asks for more, the update stops and says so."""

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of one JSON answer: a page of Google's list with 5,000 SKUs is about 10 MB."""

LARGEST_LIST = 4 * 1024 * 1024 * 1024
"""Bytes of one price list; EC2's is about 300 MB a region as CSV."""

MOST_PAGES = 5_000
"""Pages of one listing."""

KEPT_HOURS = 24
"""Hours in which an interrupted update goes on from what it has; after that it starts over."""

KEPT_SNAPSHOTS = 2
"""Snapshots that stay: the current one, and the one before for scans that have just begun."""

LARGEST_BUNDLE = 512 * 1024 * 1024
"""Bytes of the tables in a bundle: all regions of AWS are about 40 MB."""

MOST_TABLES = 2_000
"""Files in a bundle: three kinds for each region of three providers are about 600."""
