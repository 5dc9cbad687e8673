"""What is at the selected paths: Terraform roots, libraries nobody here deploys, and plans."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from costlint.model import Diagnostic
from costlint.readers.terraform.files import ParsedDirectory, TerraformFiles, configuration_names
from costlint.readers.terraform.plan import in_utf8
from costlint.sources import Source, SourceError

_PLAN_BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"format_version"\s*:')
_SNIFFED = 256
_DEPLOYING = ("terragrunt.hcl",)


class Root(NamedTuple):
    """A Terraform root module. `library`: nothing says that it is deployed from here; `why` is the evidence."""

    path: str
    library: bool
    why: str


@dataclass(slots=True)
class Inputs:
    """What is to be read. Paths are relative to the source's root; `plans` are `terraform show -json` files."""

    roots: list[Root] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def discover(source: Source, selected: Sequence[str], files: TerraformFiles) -> Inputs:
    """Walk the selected paths once and tell apart what is there.

    A directory of Terraform is a root unless another one in the selection calls it as a module. A path that does
    not exist, or is not something costlint reads, becomes a diagnostic.
    """
    inputs = Inputs()
    directories: dict[str, None] = {}
    plans: dict[str, None] = {}
    for path in selected:
        try:
            if source.is_dir(path):
                _walk(source, path, directories, plans, inputs)
            else:
                _named_file(source, path, directories, plans)
        except SourceError as error:
            shown = source.shown(path)
            inputs.diagnostics.append(Diagnostic("error", error.about(shown), shown))
    parsed = {path: files.directory(path) for path in sorted(directories)}
    calls = {path: _called(directory, parsed, files) - {path} for path, directory in parsed.items()}
    planned = {posixpath.dirname(plan): plan for plan in plans}
    for path in _uncalled(calls):
        if path in planned:
            shown = source.shown(planned[path])
            text = f"{shown} is a plan of this directory: it is read instead of the files beside it"
            inputs.diagnostics.append(Diagnostic("note", text, source.shown(path)))
        else:
            inputs.roots.append(_root(source, parsed[path]))
    inputs.plans = sorted(plans)
    return inputs


def _walk(source: Source, path: str, directories: dict[str, None], plans: dict[str, None], inputs: Inputs) -> None:
    by_directory: dict[str, list[str]] = {}
    for file in source.files(path):
        directory, _, name = file.rpartition("/")
        by_directory.setdefault(directory, []).append(name)
    for directory, names in by_directory.items():
        if configuration_names(names):
            directories[directory] = None
        for name in names:
            if name.endswith(".json") and not name.endswith((".tf.json", ".tofu.json", ".tfvars.json")):
                file = posixpath.join(directory, name)
                try:
                    if source.is_file(file) and _begins_as_plan(source, file) and _is_plan(source, file):
                        plans[file] = None
                except SourceError as error:
                    shown = source.shown(file)
                    inputs.diagnostics.append(Diagnostic("error", error.about(shown), shown))


def _begins_as_plan(source: Source, path: str) -> bool:
    return _PLAN_BEGINS.match(in_utf8(source.read(path, _SNIFFED))) is not None


def _is_plan(source: Source, path: str) -> bool:
    return b'"planned_values"' in in_utf8(source.read(path))


def _named_file(source: Source, path: str, directories: dict[str, None], plans: dict[str, None]) -> None:
    directory, _, name = path.rpartition("/")
    source.read(path, 1)
    if configuration_names([name]):
        directories[directory] = None
    elif name.endswith(".json") and _is_plan(source, path):
        plans[path] = None
    elif name.endswith((".tfvars", ".tfvars.json")):
        raise SourceError(f"{source.shown(path)} holds values, not resources: give it with --var-file")
    elif name.endswith((".json", ".tfplan")):
        raise SourceError(f"{source.shown(path)} is not a plan in JSON: write one with terraform show -json")
    else:
        raise SourceError(f"{source.shown(path)} is not a Terraform file or a plan")


def _called(directory: ParsedDirectory, known: Container[str], files: TerraformFiles) -> set[str]:
    """The directories of this tree a module calls: by a local source, or by this repository's own address."""
    found: set[str] = set()
    for _, block in directory.blocks:
        source = block.body.literal("source") if block.type == "module" else ""
        path = files.modules.within(source, directory.path) if source else None
        if path is not None:
            found.add(path)
    return {path for path in found if path in known}


def _uncalled(calls: dict[str, set[str]]) -> list[str]:
    """The directories no other calls. Of modules that call each other in a circle, the first counts as a root."""
    called = set().union(*calls.values()) if calls else set()
    roots = [path for path in calls if path not in called]
    reached: set[str] = set()
    _reach(roots, calls, reached)
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


def _root(source: Source, directory: ParsedDirectory) -> Root:
    for _, block in directory.blocks:
        if block.type == "provider":
            return Root(directory.path, False, "it configures a provider")
        if block.type == "terraform":
            state = next((inner.type for inner in block.body.blocks if inner.type in ("backend", "cloud")), "")
            if state:
                return Root(directory.path, False, f"it has a {state} block")
    for name in source.names(directory.path):
        if name.endswith((".tfvars", ".tfvars.json")) or name in _DEPLOYING:
            return Root(directory.path, False, f"{name} stands beside it")
    kinds = {block.type for _, block in directory.blocks}
    if "resource" in kinds and not kinds & {"variable", "output"} and "modules" not in directory.path.split("/"):
        return Root(directory.path, False, "it takes no variables and gives no outputs, so no other module can use it")
    return Root(directory.path, True, "nothing deploys it from here: no backend, provider or variable values")
