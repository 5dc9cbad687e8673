"""Charts from elsewhere that `costlint charts fetch` has brought in, read from the cache as the lock file pins them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from costlint.model import Diagnostic, Stack
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.values import release
from costlint.readers.helm.cached import CachedCharts
from costlint.readers.helm.read import read_charts
from costlint.readers.helm.settings import ChartOptions
from costlint.sources import SourceError


def read_fetched(
    cached: CachedCharts, found: Iterable[Deployment], options: ChartOptions, problems: list[Diagnostic]
) -> list[Stack]:
    """A stack for each deployment whose chart is in the cache; those are marked as `rendered`."""
    asked = [one for one in found if one.path is None and one.chart and one.packaged]
    stacks: list[Stack] = []
    for one in asked:
        try:
            fetched = cached.chart(one.repository, one.chart, one.version)
        except SourceError as error:
            problems.append(Diagnostic("note", f"{error.message}: costlint charts fetch", *one.declared.span[:3]))
            continue
        if fetched is None:
            continue
        package, pin = fetched
        chart = posixpath.join(pin.directory, "Chart.yaml")
        read = read_charts(package, [chart], [""], problems, options, {pin.directory: [release(one)]}, cached)
        for stack in read.stacks:
            stack.outside |= frozenset(file for file in stack.files if file.startswith(f"{pin.title}/"))
            stack.path = one.stack.path
            stack.library, stack.why = one.stack.library, one.stack.why
        stacks += read.stacks
        one.rendered = bool(read.stacks)
    return stacks
