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

GITHUB_COMMENT = 65_536
"""Characters: "Body is too long (maximum is 65536 characters)", the API's own words (2026-11-22)."""
GITLAB_COMMENT = 1_000_000
"""Characters: docs.gitlab.com, "Notes API" (2026-11-22)."""
AZURE_COMMENT = 150_000
"""Characters: "A discussion comment cannot be longer than 150000 characters", the API's own words (2026-11-22)."""
BITBUCKET_COMMENT = 32_767
"""Characters: "a non-empty value less than 32768 characters", the API's own words (2026-11-22)."""

QUIET_BELOW = 5.0
"""USD a month: a change that moves the bill by less, and brings nothing new, is not worth a comment."""
TRIFLE = 1.0
"""USD a month: what rests on usage and moves by less at either end of its range is noise."""
LARGEST_COMPARISON = 16 * 1024 * 1024
"""Bytes of a saved comparison a comment is made from: it may come from a stranger's job. One with a thousand resources
that differ is about 1 MB."""
