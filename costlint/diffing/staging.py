"""What a commit that is about to be made would add: new findings in what its files feed.

Only what the staged files feed is read, as it will be, and as it was if there is a finding to speak of. When one is new
there, everything is read in the same way before anybody is stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from costlint import pipeline
from costlint.config import Config
from costlint.model import Finding, Report
from costlint.sources import CheckoutSource, GitSource
from costlint.stacks import Progress


def added(
    paths: Sequence[str],
    inside: Sequence[str],
    near: Sequence[str] | None,
    after: GitSource,
    before: str,
    config: Config,
    matters: Callable[[Finding], bool],
    stops: Callable[[Finding], bool],
    progress: Progress | None = None,
) -> Report:
    """The report of what will be, with the new findings that matter; only for those of them that stop a commit is
    everything read. `inside` are the paths in the tree, `near` those
    of them the change can have an effect on (None: on all), `before` the commit to compare with ("" if there is none).
    Raises SourceError, ConfigError, RuleError."""
    config = replace(config, guard_rails=())

    def scan(source: GitSource, selected: Iterable[str]) -> Report:
        there = [path for path in selected if not path or source.is_dir(path) or source.is_file(path)]
        return pipeline.scan(paths, config, progress, [(source, there)] if there else [])

    def new(selected: Iterable[str]) -> Report:
        report = scan(after, selected)
        found = [one for one in report.findings if matters(one)]
        if before and found:
            with CheckoutSource(after.root, before) as source:
                fresh = _new(scan(source, selected), report, config)
            found = [one for one in found if (one.fingerprint, one.stack) in fresh]
        return replace(report, findings=tuple(found))

    report = new(inside if near is None else near)
    return report if near is None or not any(map(stops, report.findings)) else new(inside)


def _new(before: Report, after: Report, config: Config) -> set[tuple[str, str]]:
    from costlint.diffing.comparing import compare  # most commits bring nothing to compare
    from costlint.diffing.snapshots import snapshot
    from costlint.model.differences import Side
    from costlint.opening import open_catalog
    from costlint.pricing import Pricer

    sides = snapshot(before, Side("commit", "HEAD"), ()), snapshot(after, Side("work tree", "the index"), ())
    found = compare(*sides, config, Pricer(open_catalog(config)))
    return {(one.fingerprint, one.stack) for one in found.of_status("new")}
