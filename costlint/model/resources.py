"""Resources and the stacks they are deployed in, as the readers hand them over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct, field

from costlint.model.diagnostics import Diagnostic
from costlint.model.places import Location, Span
from costlint.model.values import (
    PartialList,
    Path,
    Unknown,
    UnknownValue,
    lookup,
    parse_path,
)

Provider = Literal["aws", "gcp", "azure", "kubernetes", "other"]
EnvironmentKind = Literal["prod", "nonprod"]


class Region(NamedTuple):
    """Where a resource runs; `assumed` when nothing in the input says so (then `evidence` says why)."""

    name: str
    assumed: bool = False
    evidence: str = ""


class Environment(NamedTuple):
    """`kind` None: nothing tells, so it is neither production nor non-production."""

    kind: EnvironmentKind | None = None
    name: str = ""
    evidence: str = ""


class Sign(NamedTuple):
    """Something the input names that may tell where a stack is deployed: the place of its state, or an account (AWS
    account, Google Cloud project, Azure subscription) of a provider."""

    kind: Literal["backend", "account"]
    name: str
    value: str


class Missing(NamedTuple):
    """A variable of a root that has neither a value nor a default. `type` is as written, "" if it is not."""

    name: str
    type: str
    span: Span


class Locator(Protocol):
    """Finds where the value at a path of one resource was written."""

    def locate(self, path: Path) -> Location | None: ...


_NOTHING: Mapping[str, object] = {}


class NowhereLocator:
    """For resources that have no source text (proposed siblings, plans without their source)."""

    def locate(self, path: Path) -> Location | None:
        return None


class Resource(Struct, eq=False):
    """One thing that is deployed. Instances of one block (`count`, `for_each`) are separate resources that
    may share one `attributes` object: never change it in place.

    `attributes` are evaluated values; nested blocks are lists of dicts. `defaults` holds the provider's
    defaults for this type by dotted path, `usage` the quantities a usage file states, by the name of the assumption
    they replace (None without a file). `exists` is UNKNOWN when count or for_each could not be known. An `adapted` one
    is what a module deploys that is not here, as told from the module's inputs: what it lacks, it may have.
    """

    address: str
    type: str
    provider: Provider
    attributes: Mapping[str, object]
    span: Span
    region: Region
    environment: Environment = Environment()
    tags: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    defaults: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    exists: object = True
    name: str = ""
    module: str = ""
    data: bool = False
    locator: Locator = field(default_factory=NowhereLocator)
    usage: Mapping[str, float] | None = None
    adapted: bool = False

    def having(self, attributes: Mapping[str, object], tags: Mapping[str, object]) -> Resource:
        """The same resource with other attributes and effective tags. (`dataclasses.replace` takes ten times as long,
        and every proposal goes through here.)"""
        return Resource(
            self.address,
            self.type,
            self.provider,
            attributes,
            self.span,
            self.region,
            self.environment,
            tags,
            self.defaults,
            self.exists,
            self.name,
            self.module,
            self.data,
            self.locator,
            self.usage,
            self.adapted,
        )

    def get(self, path: str) -> object:
        """The value at a dotted path, else the provider's default, else None; an Unknown if it cannot be told."""
        value = self.attributes.get(path) if "." not in path else lookup(self.attributes, parse_path(path))
        if value is None and path in self.defaults:
            return self.defaults[path]
        return value

    def _known(self, path: str) -> object:
        value = self.get(path)
        if isinstance(value, Unknown):
            raise UnknownValue(f"{self.address}.{path}")
        return value

    def text(self, path: str, default: str = "") -> str:
        """The string at a path (numbers and booleans as Terraform writes them). Raises UnknownValue."""
        value = self._known(path)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    def number(self, path: str, default: float = 0.0) -> float:
        """The number at a path; numeric strings count. Raises UnknownValue (also for other text, and for integers
        beyond every measure)."""
        value = self._known(path)
        if value is None:
            return default
        if isinstance(value, (int, float, str)):
            try:
                return float(value)
            except (ValueError, OverflowError):
                pass
        raise UnknownValue(f"{self.address}.{path}")

    def flag(self, path: str, default: bool = False) -> bool:
        """The boolean at a path; "true"/"false" strings count. Raises UnknownValue."""
        value = self._known(path)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        if value in ("true", "1", 1):
            return True
        if value in ("false", "0", 0, ""):
            return False
        raise UnknownValue(f"{self.address}.{path}")

    def blocks(self, path: str) -> list[Mapping[str, object]]:
        """The nested blocks at a path, [] when there are none. Raises UnknownValue if their number is unknown."""
        value = self._known(path)
        if value is None:
            return []
        if isinstance(value, dict):
            return [value]
        if isinstance(value, list) and not isinstance(value, PartialList):
            if any(isinstance(item, Unknown) for item in value):
                raise UnknownValue(f"{self.address}.{path}")
            return [item for item in value if isinstance(item, dict)]
        raise UnknownValue(f"{self.address}.{path}")

    def values(self, path: str) -> list[object]:
        """The list at a path, [] when absent. Raises UnknownValue if its length is unknown."""
        value = self._known(path)
        if value is None:
            return []
        if isinstance(value, PartialList):
            raise UnknownValue(f"{self.address}.{path}")
        if isinstance(value, (list, tuple)):
            return list(value)
        return [value]


class Cluster(NamedTuple):
    """The cluster a stack's workloads run on, as far as something says: the provider and region of its nodes, the
    instance type they are if all are one, and what says so. `regions` are those configured for providers, where nothing
    else names one."""

    provider: str = ""
    region: str = ""
    machine: str = ""
    evidence: str = ""
    regions: tuple[tuple[str, str], ...] = ()


class Deployed(NamedTuple):
    """Manifests that are deployed onto the cluster of a stack: the directory as shown, how many resources, and what
    says that they belong there."""

    directory: str
    resources: int
    evidence: str


class UnresolvedModule(Struct, frozen=True):
    """A module whose source is not here (registry, git), so what it deploys is unknown."""

    address: str
    source: str
    span: Span
    inputs: Mapping[str, object] = field(default_factory=dict)


class AdaptedModule(Struct, frozen=True):
    """A module whose source is not here, but whose resources follow from its inputs: `module` is what it is known as
    (terraform-aws-modules/eks/aws), `version` the release it is read as, `unread` the inputs nothing is known of."""

    address: str
    source: str
    span: Span
    module: str
    version: str
    inputs: Mapping[str, object] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def release(self) -> str:
        """What stands for its files: "terraform-aws-modules/eks/aws 20.8.5"."""
        return f"{self.module} {self.version}"


class Suppression(Struct, frozen=True):
    """A `costlint:ignore` comment: which rules, on which line it takes effect, why, and until when (ISO date).

    What begins on that line ends on `end_line`: a block, a map or an expression of several lines (0: the same line)."""

    file: str
    line: int
    comment_line: int
    rules: tuple[str, ...]
    reason: str
    until: str = ""
    end_line: int = 0

    def covers(self, line: int) -> bool:
        """Whether the line is one of those the comment is about."""
        return self.line <= line <= max(self.line, self.end_line)


class Stack(Struct, eq=False):
    """What is deployed together. A `library` (a module nobody here deploys) is read, labelled and kept out of totals;
    of `alternative` stacks of one root nobody says that more than one is deployed. `why` is the evidence for either,
    `choice` what alternatives have in common that are not of one directory (overlays of one base).

    `path` is relative to the source's root; `directory` is the same as shown to people, and `name` tells it from the
    other stacks of its root (`infra [prod.tfvars]`; of a plan, it is the file). `var_files` are as shown to people.
    `variables` are the root's input variables as evaluated, `defaulted` those nobody gave a value, `missing` those
    that have no default either; `files` are the files it was read from, as shown, `outside` those of them
    that are not edited here (modules from elsewhere); `exported` the addresses the root's
    outputs hand to whoever reads them; `calls` the header of the module block each module address comes from;
    `repeated` finds where the `count` or `for_each` is written of each module call that has one, by its address without
    a key, and of each resource that has no instance;
    `unresolved` the modules of which nothing is known, `adapted` those that are known by their inputs.

    A `variant` shows what a chart can do with values nobody says are deployed: it is checked and never counts.

    `deployed` are the manifests added to the stack because they run on its cluster; `cluster` is what the configuration
    says of the nodes. `unread` names what may be deployed along and could not be read (charts, templates, broken
    documents): that there is no other object of Kubernetes is then not known. `moved` are addresses as they were and as
    they are, as `moved` blocks or a plan say, in the order they are written.
    """

    name: str
    kind: Literal["terraform", "plan", "kubernetes", "helm", "kustomize"]
    path: str
    resources: list[Resource] = field(default_factory=list)
    environment: Environment = Environment()
    region: Region = Region("", True)
    workspace: str = "default"
    var_files: tuple[str, ...] = ()
    variables: Mapping[str, object] = field(default_factory=dict)
    library: bool = False
    alternative: bool = False
    variant: bool = False
    why: str = ""
    choice: str = ""
    unresolved: list[UnresolvedModule] = field(default_factory=list)
    adapted: list[AdaptedModule] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)
    files: tuple[str, ...] = ()
    outside: frozenset[str] = frozenset()
    exported: frozenset[str] = frozenset()
    calls: dict[str, Span] = field(default_factory=dict)
    repeated: dict[str, Locator] = field(default_factory=dict)
    directory: str = ""
    defaulted: frozenset[str] = frozenset()
    missing: tuple[Missing, ...] = ()
    signs: tuple[Sign, ...] = ()
    cluster: Cluster = Cluster()
    deployed: tuple[Deployed, ...] = ()
    unread: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()

    @property
    def read_in_part(self) -> bool:
        """True if a file of it could not be read, or a module that is known by its inputs was given some that nothing
        is known of."""
        broken = any(diagnostic.severity == "error" for diagnostic in self.diagnostics)
        return broken or any(module.unread for module in self.adapted)

    def adapter_of(self, resource: Resource) -> AdaptedModule | None:
        """The module a resource belongs to that is known by its inputs; None for all other resources."""
        if not resource.adapted:
            return None
        around = (m for m in self.adapted if not m.address or f"{resource.module}.".startswith(f"{m.address}."))
        return max(around, key=lambda each: len(each.address), default=None)

    def inputs_of_modules_not_here(self) -> list[Mapping[str, object]]:
        """What modules are given whose own configuration is not here: what they do with it is not known."""
        return [*(module.inputs for module in self.unresolved), *(module.inputs for module in self.adapted)]
