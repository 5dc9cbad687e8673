"""Fetching modules: from registries, git, archives and buckets into the cache, and only when it is asked to.

`scan` reads what this room has left in the cache, pinned by the lock file, and never comes here.
"""

from costlint.modules.calls import CallSite
from costlint.modules.fetching import Options, Outcome, fetch, list_calls

__all__ = ["CallSite", "Options", "Outcome", "fetch", "list_calls"]
