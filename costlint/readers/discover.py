"""What is at the selected paths: Terraform roots, libraries nobody here deploys, plans, and Kubernetes manifests."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from costlint.model import Diagnostic
from costlint.readers.roots import Root, Roots
from costlint.readers.terraform.files import ParsedDirectory, TerraformFiles, configuration_names
from costlint.readers.terraform.plans.encoding import in_utf8
from costlint.readers.terraform.variables.files import VarFiles
from costlint.sources import Source, SourceError

if TYPE_CHECKING:
    from costlint.readers.terragrunt.units import Unit

_PLAN_BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"format_version"\s*:')
_IN_PARTS = re.compile(rb"(?i)\s*(?:MIME-Version|Content-Type\s*:\s*multipart)")
_SNIFFED = 256
_BEGINNING = 64 * 1024
_DOCUMENTS = (".yaml", ".yml", ".json")
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_HELMFILE = re.compile(r"(?:^|/)(?:helmfile\.ya?ml(?:\.gotmpl)?|helmfile\.d/[^/]*\.ya?ml(?:\.gotmpl)?)\Z")
_TERRAGRUNT = ("terragrunt.hcl", "terragrunt.hcl.json", "terragrunt.stack.hcl")


class Inputs(Struct):
    """What is to be read. Paths are relative to the source's root; `plans` are `terraform show -json` files, `units`
    what Terragrunt deploys, `manifests` files that speak of Kubernetes and are applied as they are, `kustomizations`
    the files of that name, `charts` the Chart.yaml files."""

    roots: list[Root] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    manifests: list[str] = field(default_factory=list)
    kustomizations: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def discover(
    source: Source,
    selected: Sequence[str],
    files: TerraformFiles,
    is_named: Callable[[str], bool] = lambda directory: False,
    environment: Mapping[str, str] | None = None,
) -> Inputs:
    """Walk the selected paths once and tell apart what is there. `environment` holds the process environment variables
    that may be used.

    A directory of Terraform is a root unless another one in the selection calls it as a module; those somebody named
    are roots in any case. A path that does not exist, or is not something costlint reads, becomes a diagnostic.
    """
    inputs = Inputs()
    within: dict[str, str] = {}
    plans: dict[str, None] = {}
    terragrunt: dict[str, str] = {}
    documents: dict[str, None] = {}
    helmfiles: list[str] = []
    var_files = VarFiles(files)
    for path in selected:
        try:
            if source.is_dir(path):
                found = source.files(path)
                var_files.know(path, found)
                documents.update(
                    dict.fromkeys(file for file in found if file.endswith(_DOCUMENTS) or _is_kustomization(file))
                )
                helmfiles += [file for file in found if "helmfile" in file and _HELMFILE.search(file)]
                _sort(source, path, found, within, plans, inputs)
                terragrunt |= {file: path for file in found if posixpath.basename(file) in _TERRAGRUNT}
            elif posixpath.basename(path) in _TERRAGRUNT:
                source.read(path, 1)
                terragrunt[path] = posixpath.dirname(path)
            else:
                _named_file(source, path, within, plans, inputs)
        except SourceError as error:
            shown = source.shown(path)
            inputs.diagnostics.append(Diagnostic("error", error.about(shown), shown))
    if helmfiles:
        inputs.diagnostics.append(_of_helmfile(source, helmfiles))
    parsed = {path: files.directory(path) for path in sorted(within)}
    calls = {path: _called(directory, files) for path, directory in parsed.items()}
    deployed = _units(files, terragrunt, inputs, environment)
    meant = frozenset(filter(is_named, parsed))
    roots = Roots(source, var_files, parsed, within, calls, meant)
    planned = {posixpath.dirname(plan): plan for plan in plans}
    inside = {path: called.intersection(parsed) - {path} for path, called in calls.items()}
    for path in sorted(meant.union(_uncalled(inside, deployed.intersection(parsed)))):
        if path in planned:
            shown = source.shown(planned[path])
            text = f"{shown} is a plan of this directory: it is read instead of the files beside it"
            inputs.diagnostics.append(Diagnostic("note", text, source.shown(path)))
        else:
            inputs.roots.append(roots.root(path))
    inputs.plans = sorted(plans)
    inputs.kustomizations = sorted({*inputs.kustomizations, *filter(_is_kustomization, documents)})
    inputs.charts = sorted({*inputs.charts, *filter(_is_chart, documents)})
    inputs.manifests = sorted({*inputs.manifests, *_manifests(source, documents, inputs)})
    return inputs


def _units(
    files: TerraformFiles, paths: Mapping[str, str], inputs: Inputs, environment: Mapping[str, str] | None
) -> set[str]:
    """Add the Terragrunt units. Gives the directories they deploy: what is in those is read as part of the units."""
    if not paths:
        return set()
    from costlint.readers.terragrunt.units import find_units

    found = find_units(files, paths, environment)
    inputs.units = found.units
    inputs.diagnostics += found.diagnostics
    return {path for unit in found.units for path in (unit.path, unit.module) if path is not None}


def _sort(
    source: Source, path: str, files: Iterable[str], within: dict[str, str], plans: dict[str, None], inputs: Inputs
) -> None:
    """Directories of Terraform (with their path below the selected one) and plans among the files below a path."""
    by_directory: dict[str, list[str]] = {}
    for file in files:
        directory, _, name = file.rpartition("/")
        by_directory.setdefault(directory, []).append(name)
    for directory, names in by_directory.items():
        if configuration_names(names):
            below = directory.removeprefix(path).removeprefix("/")
            within[directory] = min(below, within.get(directory, below), key=len)
        for name in names:
            if name.endswith(".json") and not name.endswith((".tf.json", ".tofu.json", ".tfvars.json")):
                file = posixpath.join(directory, name)
                try:
                    if source.is_file(file) and _begins_as_plan(source, file) and _is_plan(source, file):
                        plans[file] = None
                except SourceError as error:
                    shown = source.shown(file)
                    inputs.diagnostics.append(Diagnostic("error", error.about(shown), shown))


def _manifests(source: Source, files: Iterable[str], inputs: Inputs) -> list[str]:
    """The files that speak of Kubernetes and are applied as they are."""
    speaking = []
    for file in files:
        try:
            if source.is_file(file) and speaks_of_kubernetes(source, file):
                speaking.append(file)
        except SourceError as error:
            shown = source.shown(file)
            if all(told.file != shown for told in inputs.diagnostics):
                inputs.diagnostics.append(Diagnostic("warning", error.about(shown), shown))
    if not speaking:
        return []
    from costlint.readers.kubernetes.choosing import plain

    chosen = set(plain(source, files))
    return [file for file in speaking if file in chosen]


def speaks_of_kubernetes(source: Source, file: str) -> bool:
    """Whether a file may hold objects of Kubernetes. Of JSON the beginning tells: most of it is something else. Start
    scripts of machines in several parts (MIME) hold such objects beside other things."""
    data = source.read(file, _BEGINNING) if file.endswith(".json") else source.read(file)
    return b"apiVersion" in data and _IN_PARTS.match(data) is None


def _of_helmfile(source: Source, files: Sequence[str]) -> Diagnostic:
    others = f" (nor {len(files) - 1} more)" if len(files) > 1 else ""
    text = f"Helmfile is not read{others}: pipe what it deploys in, `helmfile template | costlint scan -`"
    return Diagnostic("note", text, source.shown(files[0]))


def _is_kustomization(file: str) -> bool:
    return posixpath.basename(file) in _KUSTOMIZATIONS


def _is_chart(file: str) -> bool:
    return posixpath.basename(file) == "Chart.yaml"


def _begins_as_plan(source: Source, path: str) -> bool:
    return _PLAN_BEGINS.match(in_utf8(source.read(path, _SNIFFED))) is not None


def _is_plan(source: Source, path: str) -> bool:
    return b'"planned_values"' in in_utf8(source.read(path))


def _named_file(source: Source, path: str, within: dict[str, str], plans: dict[str, None], inputs: Inputs) -> None:
    directory, _, name = path.rpartition("/")
    source.read(path, 1)
    if configuration_names([name]):
        within.setdefault(directory, directory)
    elif name.endswith(".json") and _is_plan(source, path):
        plans[path] = None
    elif _is_kustomization(name):
        inputs.kustomizations.append(path)
    elif _is_chart(name):
        inputs.charts.append(path)
    elif name.endswith(_DOCUMENTS) and speaks_of_kubernetes(source, path):
        inputs.manifests.append(path)
    elif name.endswith((".tfvars", ".tfvars.json")):
        raise SourceError(f"{source.shown(path)} holds values, not resources: give it with --var-file")
    elif name.endswith((".json", ".tfplan")):
        raise SourceError(f"{source.shown(path)} is not a plan in JSON: write one with terraform show -json")
    elif name.endswith(_DOCUMENTS):
        raise SourceError(f"{source.shown(path)} holds no objects of Kubernetes: none names an apiVersion and a kind")
    else:
        raise SourceError(f"{source.shown(path)} is not a Terraform file, a plan or a Kubernetes manifest")


def _called(directory: ParsedDirectory, files: TerraformFiles) -> set[str]:
    """The directories of this tree a module calls: by a local source, or by this repository's own address."""
    found: set[str] = set()
    for _, block in directory.blocks:
        source = block.body.literal("source") if block.type == "module" else ""
        path = files.modules.within(source, directory.path) if source else None
        if path is not None:
            found.add(path)
    return found


def _uncalled(calls: dict[str, set[str]], deployed: Iterable[str] = ()) -> list[str]:
    """The directories no other calls and no unit deploys. Of modules that call each other in a circle, the first counts
    as a root."""
    called = set(deployed).union(*calls.values())
    roots = [path for path in calls if path not in called]
    reached: set[str] = set()
    _reach((*roots, *deployed), calls, reached)
    for path in calls:
        if path not in reached:
            roots.append(path)
            _reach([path], calls, reached)
    return sorted(roots)


def _reach(paths: Iterable[str], calls: dict[str, set[str]], reached: set[str]) -> None:
    pending = list(paths)
    while pending:
        path = pending.pop()
        if path not in reached:
            reached.add(path)
            pending.extend(calls[path])
