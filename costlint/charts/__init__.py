"""Fetching charts: from HTTP and OCI repositories into the cache, and only when it is asked to.

`scan` reads what this room has left in the cache, pinned by the lock file, and never comes here.
"""

from costlint.charts.fetching import Asked, Outcome, asked_for, fetch

__all__ = ["Asked", "Outcome", "asked_for", "fetch"]
