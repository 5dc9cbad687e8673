"""Charts → stacks: one for each chart with its own values, or one for each environment it has values for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from costlint.model import Diagnostic, Region, Resource, Span, Stack, Suppression, lookup
from costlint.model.diagnostics import Severity
from costlint.readers.helm.bundles import Bundle
from costlint.readers.helm.cached import NOTHING_CACHED, CachedCharts
from costlint.readers.helm.charts import CHART, Chart, find_charts
from costlint.readers.helm.dependencies import explained
from costlint.readers.helm.engines import MISSING, Engine, RenderFailure, open_engine
from costlint.readers.helm.gathering import bundle
from costlint.readers.helm.layers import merged
from costlint.readers.helm.limits import MOST_CHARTS
from costlint.readers.helm.locate import ChartLocator
from costlint.readers.helm.releases import Charts, Release
from costlint.readers.helm.settings import DEFAULTS, ChartOptions
from costlint.readers.helm.tracing import Target, Tracer
from costlint.readers.helm.variants import Variant, variants
from costlint.readers.kubernetes.grouping import shown_as
from costlint.readers.kubernetes.manifests import Manifest, parsed, text_blocks
from costlint.readers.kubernetes.read import IGNORE, resource_of
from costlint.readers.suppressions import annotated, line_starts, suppressions_in
from costlint.sources import Source, SourceError

_ANYWHERE = Region("", True, "charts name no region")
_ASKED = re.compile(r"execution error at \([^)]*\): *(.*)", re.DOTALL)
_WITHOUT = re.compile(
    r"at <([^<>]{1,200})>:\s*(?:nil pointer evaluating|wrong type for value; expected \w+; got interface \{\}"
    r"|error calling index: index of (?:nil pointer|untyped nil))"
)
"""How templates fail where a value is not there: at a member of it, as an argument, and looked up in."""
_PARSING = re.compile(r"^parse error at \([^)]*\): *")
_TRAIL = re.compile(r"^(?:[^\n]*executing \"[^\"]*\" at <[^>]*>:\s*(?:error calling \w+:\s*)?)+")


class ReadCharts(Struct):
    """The stacks of charts, and those charts (directories, as shown) of which nothing could be read."""

    stacks: list[Stack] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


_NO_RELEASES: Mapping[str, Sequence[Variant]] = {}


def read_charts(
    source: Source,
    paths: Iterable[str],
    selected: Sequence[str],
    problems: list[Diagnostic],
    options: ChartOptions = DEFAULTS,
    releases: Mapping[str, Sequence[Variant]] = _NO_RELEASES,
    cached: CachedCharts = NOTHING_CACHED,
) -> ReadCharts:
    """The stacks of the charts whose Chart.yaml is among `paths`. What is to be said about reading them as a whole goes
    to `problems`, what is about one stack to that. `releases` are what is known to be deployed of a chart, by its
    directory: then nothing else of it is read, not its own values either. `cached` has the dependencies that were
    fetched."""
    found = ReadCharts()
    charts = find_charts(source, paths, problems).deployed()
    if not charts:
        return found
    shown = [source.shown(chart.path) for chart in charts]
    engine = open_engine(options.cluster)
    if engine is None:
        number = "1 chart is" if len(charts) == 1 else f"{len(charts)} charts are"
        problems.append(Diagnostic("note", f"{number} not rendered: {MISSING}", shown[0]))
        found.unread = shown
        return found
    if len(charts) > MOST_CHARTS:
        problems.append(Diagnostic("warning", f"the first {MOST_CHARTS} of {len(charts)} charts are rendered"))
        found.unread += shown[MOST_CHARTS:]
    for chart in charts[:MOST_CHARTS]:
        stacks = _Reader(source, engine, chart, options, problems, cached).stacks(
            selected, releases.get(chart.path, ())
        )
        found.stacks += stacks
        if not stacks:
            found.unread.append(source.shown(chart.path))
    return found


class _Reader:
    """Reads one chart."""

    def __init__(
        self,
        source: Source,
        engine: Engine,
        chart: Chart,
        options: ChartOptions,
        problems: list[Diagnostic],
        cached: CachedCharts,
    ) -> None:
        self._source = source
        self._engine = engine
        self._chart = chart
        self._options = options
        self._problems = problems
        self._cached = cached
        self._shown = source.shown(chart.path)
        self._bundle = Bundle(chart)
        self._accepted: dict[str, list[Suppression]] = {}

    def stacks(self, selected: Sequence[str], releases: Sequence[Variant] = ()) -> list[Stack]:
        try:
            self._bundle = bundle(self._source, self._chart, self._cached)
        except SourceError as error:
            self._problems.append(Diagnostic("error", error.about(self._shown), self._shown))
            return []
        self._problems += self._bundle.problems
        if self._bundle.broken:
            return []
        named, alternatives = self._options.named, self._options.alternatives
        over = list(releases)
        if not releases and alternatives != "none":
            over = variants(self._source, self._bundle, named, self._problems)
        environments = [one for one in over if one.environment]
        charts = Charts(self._bundle)
        planned: list[Variant | None] = [*environments, *(one for one in over if not one.environment)]
        if not environments:
            planned.insert(0, None)
        stacks: list[Stack] = []
        for variant in planned:
            try:
                stack = self._stack(charts, variant)
            except RenderFailure as failure:
                supposed = None if failure.limit else self._on_the_cluster_it_asks_for(charts, variant)
                if supposed is None:
                    self._tell_failure(self._failed(failure, variant))
                    if failure.limit:
                        break
                    continue
                stack = supposed
            stack.variant = variant is not None and not variant.environment
            chosen = len(environments) > 1 and not stack.variant and not releases
            stack.alternative = chosen and alternatives != "all"
            kind, folder = shown_as(self._chart.path, selected)
            if kind and not releases:
                stack.library, stack.why = True, f"it is {kind} ({folder}/) of how the rest is used"
            stacks.append(stack)
        return stacks

    def _on_the_cluster_it_asks_for(self, charts: Charts, variant: Variant | None) -> Stack | None:
        """The stack on a cluster that has what the templates ask for, None if it is not rendered there either."""
        versions = charts.asked_for()
        if not versions:
            return None
        try:
            stack = self._stack(Charts(self._bundle, versions), variant)
        except RenderFailure:
            return None
        message = f"the chart is rendered only for clusters with {', '.join(versions)}: so it is here"
        stack.diagnostics.append(Diagnostic("note", message, posixpath.join(self._shown, CHART)))
        return stack

    def _stack(self, charts: Charts, variant: Variant | None) -> Stack:
        """The stack of the chart with its own values, or with others over them. Raises RenderFailure."""
        given = () if variant is None else variant.layers
        release = Release(self._engine, charts, given)
        label = "" if variant is None else f" [{variant.label}]"
        stack = Stack(
            f"{self._shown}{label}",
            "helm",
            self._chart.path,
            region=_ANYWHERE,
            var_files=tuple(layer.file for layer in given),
            directory=self._shown,
            signs=() if variant is None else variant.signs,
        )
        tracers: list[Tracer] = []

        def tracer() -> Tracer:
            if not tracers:
                tracers.append(Tracer(release))
            return tracers[0]

        files: dict[str, None] = {}
        for template in release.rendered:
            shown = release.file_of(template)
            files[shown] = None
            manifest = parsed(release.rendered[template].encode(), template, shown)
            self._tell(stack, release, template, manifest)
            for resource in _resources(release, template, manifest, tracer):
                stack.resources.append(resource)
                stack.suppressions += _annotated(resource)
        for layer in release.layers:
            files[layer.file] = None
        stack.resources = _distinct(stack)
        stack.files = tuple(files)
        stack.outside = self._bundle.outside & files.keys()
        stack.suppressions = self._suppressions(release, stack)
        lacking = self._bundle.lacking(release.values)
        stack.unread = tuple(sorted({f"chart {each.dependency.name}" for each in lacking}))
        if lacking:
            what = "a dependency is not here" if len(lacking) == 1 else f"{len(lacking)} dependencies are not here"
            message = f"{what}, so the chart is rendered without: {explained(lacking)}"
            stack.diagnostics.append(Diagnostic("note", message, posixpath.join(self._shown, CHART)))
        return stack

    def _tell(self, stack: Stack, release: Release, template: str, manifest: Manifest) -> None:
        for problem in manifest.diagnostics:
            written = release.written(template, problem.line)
            place = (written.file, written.line, 1) if written is not None else (manifest.shown, 0, 0)
            message = f"what this template renders to is not YAML: {problem.message}"
            stack.diagnostics.append(Diagnostic(problem.severity, message, *place))

    def _suppressions(self, release: Release, stack: Stack) -> list[Suppression]:
        """The comments of the values files and templates of a release."""
        texts: dict[str, bytes] = {layer.file: layer.data for layer in release.layers if not layer.packed}
        for name, path in self._bundle.sources.items():
            if "/templates/" in name:
                texts[self._bundle.shown(path)] = self._bundle.members[name]
        found: list[Suppression] = []
        for shown, data in texts.items():
            if b"costlint:ignore" not in data:
                continue
            if shown not in self._accepted:
                plain = _COMMENT.sub(lambda match: b" " * (len(match[0]) - 2) + b"/*", data)
                starts = line_starts(plain)
                self._accepted[shown] = suppressions_in(plain, shown, starts, text_blocks(plain, starts))
            found += self._accepted[shown]
        return found + [each for each in stack.suppressions if each not in found]

    def _tell_failure(self, failed: Diagnostic) -> None:
        """Add what went wrong, once for all values files it went wrong with."""
        said = failed.message.partition(": ")[2]
        if all(said != told.message.partition(": ")[2] or told.file != failed.file for told in self._problems):
            self._problems.append(failed)

    def _failed(self, failure: RenderFailure, variant: Variant | None) -> Diagnostic:
        """A rendering that failed, as a sentence with its place. What is not here is no mistake of the chart."""
        what = f"the chart is not rendered with {variant.label}" if variant is not None else "the chart is not rendered"
        said = failure.message
        place = self._place(said)
        asked, without = _ASKED.search(said), _WITHOUT.search(said)
        given = () if variant is None else variant.layers
        lacking = self._bundle.lacking(merged((*self._bundle.layers, *given)))
        severity: Severity = "warning"
        if lacking and asked is None:
            text = f"it needs what is not here, {explained(lacking)}"
            place = (posixpath.join(self._shown, CHART), 0, 0)
        elif without is not None:
            text = f"{without[1]} needs values that are not given here"
        elif asked is not None or "specifications of the schema" in said:
            text = asked[1] if asked is not None else said
        else:
            severity, text = "error", _TRAIL.sub("", _PARSING.sub("", said))
        return Diagnostic(severity, " ".join(f"{what}: {text}".split())[:_LONGEST], *place)

    def _place(self, message: str) -> tuple[str, int, int]:
        """The innermost place in a file of the chart that a message of Helm names."""
        best, place = -1, (posixpath.join(self._shown, CHART), 0, 0)
        for name, path in self._bundle.origins.items():
            for match in re.finditer(re.escape(name) + r":(\d+)(?::(\d+))?", message) if name in message else ():
                if match.start() > best:
                    best = match.start()
                    place = (self._bundle.shown(path), int(match[1]), int(match[2]) + 1 if match[2] else 1)
        return place


_LONGEST = 600
_COMMENT = re.compile(rb"\{\{-?[ \t]*/\*(?=[ \t]*costlint:ignore)")


def _resources(release: Release, template: str, manifest: Manifest, tracer: Callable[[], Tracer]) -> Iterator[Resource]:
    """The objects a template renders to, without those that only run in tests."""
    seen: dict[str, int] = {}
    for found, document in manifest.objects:
        resource = resource_of(found, document, manifest.shown)
        ordinal = seen.get(resource.type, 0)
        seen[resource.type] = ordinal + 1
        if _is_test(found.value):
            continue
        written = release.written(template, resource.span.line)
        header = written.span if written is not None else Span(manifest.shown, 1, 1, 1, 1)
        target = Target(template, resource.type, ordinal)
        locator = ChartLocator(resource.address, target, document, found.path, header, release, tracer)
        yield replace(resource, span=header, locator=locator)


def _annotated(resource: Resource) -> list[Suppression]:
    """The findings an object's annotation accepts."""
    text = lookup(resource.attributes, ("metadata", "annotations", IGNORE))
    line = resource.span.line
    found = annotated(text, resource.span.file, (line, line), line) if isinstance(text, str) else None
    return [found] if found is not None else []


def _distinct(stack: Stack) -> list[Resource]:
    """One resource for each address: of several, which have to be alternatives of each other, the first."""
    found: dict[str, Resource] = {}
    for resource in stack.resources:
        if resource.address in found:
            other = found[resource.address].span
            message = f"{resource.address} is rendered at {other} as well; that one is read"
            stack.diagnostics.append(Diagnostic("note", message, *resource.span[:3]))
        else:
            found[resource.address] = resource
    return list(found.values())


def _is_test(value: object) -> bool:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    hook = annotations.get("helm.sh/hook") if isinstance(annotations, dict) else None
    return isinstance(hook, str) and any(part.strip().startswith("test") for part in hook.split(","))
