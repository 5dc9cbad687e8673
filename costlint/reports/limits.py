"""How much of a report the places it is shown in take; what is above is refused or dropped without a word.

GitHub code scanning: docs.github.com, "SARIF results exceed one or more limits" (2026-11-22). Annotations and job
summaries: docs.github.com, "Workflow commands" and the limits of check runs (2026-11-22).
"""

SARIF_RESULTS = 25_000
SARIF_LOCATIONS = 100
SARIF_TAGS = 10

GITHUB_ANNOTATIONS = 10
"""Of each level and step; further ones are in the log only."""
GITHUB_SUMMARY = 1024 * 1024
"""Bytes of a step's part of the job summary; a larger one is not shown at all."""
