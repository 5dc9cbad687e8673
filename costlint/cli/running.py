"""Runs the pipeline with a progress line."""

from __future__ import annotations

from collections.abc import Sequence

from costlint.cli.progress import progress_for
from costlint.config import Config
from costlint.model import Report


def scan(paths: Sequence[str], config: Config, quiet: bool = False) -> Report:
    """The report of the pipeline over the paths. Raises ConfigError, RuleError, SourceError."""
    from costlint import pipeline

    progress = progress_for(quiet)
    try:
        return pipeline.scan(paths, config, progress)
    finally:
        if progress is not None:
            progress.close()


def estimate(paths: Sequence[str], config: Config, quiet: bool = False, *, watched: bool = False) -> Report:
    """What the paths cost, without rules. Raises ConfigError, SourceError."""
    from costlint import pipeline

    progress = progress_for(quiet)
    try:
        return pipeline.estimate(paths, config, progress, watched=watched)
    finally:
        if progress is not None:
            progress.close()
