"""One side of a comparison: what every resource costs, and what is found, whatever file or tree it was read from."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from costlint.diffing.telling import as_delta
from costlint.model import ZERO, Diagnostic, Environment, Money, Report, Resource, Stack, StackResult, total
from costlint.model.currency import USD, Currency
from costlint.model.differences import FindingDelta, Side


class Priced(Struct, frozen=True, eq=False):
    """One resource with what it costs. `lines` are its bill in a form that can be compared; `resource` is known where
    the files themselves were read. `unknown`: a part has no price because a value is not known before deployment."""

    address: str
    type: str
    module: str
    file: str
    line: int
    fixed: Money
    usage: Money
    lines: tuple[tuple[object, ...], ...] = ()
    unpriced: tuple[str, ...] = ()
    free: bool = False
    inferred: bool = False
    assumptions: tuple[str, ...] = ()
    tags: Mapping[str, str] = {}
    region: str = ""
    consulted: frozenset[str] = frozenset()
    resource: Resource | None = None
    unknown: bool = False

    @property
    def monthly(self) -> Money:
        return self.fixed + self.usage


class Deployed(Struct, eq=False):
    """A stack of one side. `key` is its name relative to what is compared; `stack` is known where the files themselves
    were read. `root` is shared by the alternatives of one root. `moved` are addresses before and after, as `moved`
    blocks and plans say."""

    key: str
    name: str
    root: str
    directory: str
    kind: str
    environment: Environment
    counted: bool
    partial: bool
    fixed: Money
    usage: Money
    resources: dict[str, Priced] = field(default_factory=dict)
    moved: tuple[tuple[str, str], ...] = ()
    stack: Stack | None = None

    @property
    def monthly(self) -> Money:
        return self.fixed + self.usage


class Snapshot(Struct, eq=False):
    """Everything known of one side. Of what is not told `accepted` is so by people, and `beaten` because a better
    finding takes its place. `findings` is None where the file compared holds none, and `detailed` says whether
    costs are known by resource; without `priced` not even by stack."""

    side: Side
    stacks: list[Deployed]
    findings: list[FindingDelta] | None = None
    accepted: list[FindingDelta] = field(default_factory=list)
    beaten: list[FindingDelta] = field(default_factory=list)
    diagnostics: tuple[Diagnostic, ...] = ()
    detailed: bool = True
    priced: bool = True
    currency: Currency = USD


def snapshot(report: Report, side: Side, paths: Sequence[str], *, findings: bool = True) -> Snapshot:
    """One side as the pipeline has read it. `paths` are what was compared, so that two directories whose names differ
    hold the same stacks."""
    return Snapshot(
        side=side,
        stacks=[_deployed(result, paths) for result in report.stacks],
        findings=[as_delta(finding) for finding in report.findings] if findings else None,
        accepted=[as_delta(finding) for finding in report.suppressed] if findings else [],
        beaten=[as_delta(finding) for finding in report.beaten if not finding.suppressed] if findings else [],
        diagnostics=report.diagnostics,
        currency=report.currency,
    )


def relative(name: str, paths: Sequence[str]) -> str:
    """A name that begins with a path, without the first of the paths it lies below."""
    for path in paths:
        prefix = posixpath.normpath(path.replace("\\", "/"))
        if prefix == ".":
            continue
        if name == prefix or name.startswith(f"{prefix} ["):
            return "." + name[len(prefix) :]
        if name.startswith(f"{prefix}/"):
            return name[len(prefix) + 1 :]
    return name


def _deployed(result: StackResult, paths: Sequence[str]) -> Deployed:
    stack = result.stack
    estimates = result.estimates
    return Deployed(
        key=relative(stack.name, paths),
        name=stack.name,
        root=relative(stack.choice or stack.directory or stack.name, paths),
        directory=stack.directory or stack.name,
        kind=stack.kind,
        environment=stack.environment,
        counted=result.counted,
        partial=result.totals.partial or bool(stack.unresolved),
        fixed=total(estimate.fixed for estimate in estimates.values()),
        usage=total(estimate.usage for estimate in estimates.values()),
        resources={
            resource.address: _priced(resource, result)
            for resource in stack.resources
            if resource.address in estimates and not resource.data
        },
        moved=stack.moved,
        stack=stack,
    )


def _priced(resource: Resource, result: StackResult) -> Priced:
    estimate = result.estimates[resource.address]
    own = [part for part in estimate.components if not part.allocated]
    return Priced(
        address=resource.address,
        type=resource.type,
        module=resource.module,
        file=resource.span.file,
        line=resource.span.line,
        fixed=estimate.fixed,
        usage=estimate.usage,
        lines=tuple((part.name, part.sku, part.unit, part.unit_price, part.quantity) for part in own),
        unpriced=estimate.unpriced,
        free=estimate.free,
        inferred=estimate.inferred,
        assumptions=estimate.assumptions,
        tags={str(key): str(value) for key, value in resource.tags.items() if isinstance(value, str)},
        region=str(resource.region.name),
        consulted=estimate.consulted,
        resource=resource,
        unknown=estimate.unknown,
    )


NOTHING = Priced(address="", type="", module="", file="", line=0, fixed=ZERO, usage=ZERO)
