"""How patient requests about comments are, and how much they take in."""

from __future__ import annotations

ATTEMPTS = 5
"""Times a request is made before giving up."""

FIRST_PAUSE = 1.0
"""Seconds before the second attempt; doubled before each further one."""

LONGEST_PAUSE = 120.0
"""Seconds a server may ask to wait; if it asks for more, the run ends and says so."""

SECONDARY_PAUSE = 60.0
"""Seconds to leave GitHub alone at a secondary rate limit that names no time ("Rate limits for the REST API")."""

MOST_PAGES = 100
"""Pages of one listing: 10,000 comments."""

MOST_REMOVED = 50
"""Earlier comments one run deletes or hides."""

MOST_INLINE = 10
"""Comments on lines in one review."""

LONGEST_REASON = 300
"""Characters of what a platform says was wrong."""
