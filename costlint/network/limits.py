"""How much a fetch takes in at most: archives and repositories come from strangers."""

from __future__ import annotations

LARGEST_DOWNLOAD = 512 * 1024 * 1024
"""Bytes of one archive."""

LARGEST_PACKAGE = 1024 * 1024 * 1024
"""Bytes of all files of one package."""

MOST_FILES = 50_000
"""Files in one package."""

LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes of one answer of a registry; the longest version lists are well under 1 MB."""

PATIENCE = 60.0
"""Seconds a server may stay silent."""

ATTEMPTS = 3
"""Times a download that stops short is taken up again within one run."""

KEPT_DAYS = 7
"""Days after which an interrupted download is thrown away."""
