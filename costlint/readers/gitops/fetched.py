"""Charts from elsewhere that `costlint charts fetch` has brought in, read from the cache as the lock file pins them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from costlint.model import Diagnostic, Stack
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.values import release
from costlint.readers.helm.pins import PinError, key_of, read_pins
from costlint.readers.helm.read import read_charts
from costlint.readers.helm.settings import ChartOptions
from costlint.sources import Source, SourceError, cache_directory
from costlint.sources.packages import PackageSource


def read_fetched(
    source: Source, found: Iterable[Deployment], options: ChartOptions, problems: list[Diagnostic]
) -> list[Stack]:
    """A stack for each deployment whose chart is in the cache; those are marked as `rendered`."""
    asked = [one for one in found if one.path is None and one.chart and one.packaged]
    if not asked:
        return []
    try:
        pins = read_pins(source)
    except PinError as error:
        problems.append(Diagnostic("error", str(error)))
        return []
    stacks: list[Stack] = []
    for one in asked:
        pin = pins.get(key_of(one.repository, one.chart, one.version))
        if pin is None:
            continue
        try:
            package = PackageSource(cache_directory(), pin.checksum, pin.title)
        except SourceError as error:
            problems.append(Diagnostic("note", f"{error.message}: costlint charts fetch", *one.declared.span[:3]))
            continue
        chart = posixpath.join(pin.directory, "Chart.yaml")
        read = read_charts(package, [chart], [""], problems, options, {pin.directory: [release(one)]})
        for stack in read.stacks:
            stack.outside = frozenset(file for file in stack.files if file.startswith(f"{pin.title}/"))
            stack.path = one.stack.path
            stack.library, stack.why = one.stack.library, one.stack.why
        stacks += read.stacks
        one.rendered = bool(read.stacks)
    return stacks
