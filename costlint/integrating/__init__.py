"""What costlint writes into a repository so that people meet it: hooks, and jobs of the CI systems."""

from costlint.integrating.kinds import KINDS, Kind, suggested
from costlint.integrating.plans import Change, IntegrationError, changes_for

__all__ = ["KINDS", "Change", "IntegrationError", "Kind", "changes_for", "suggested"]
