"""What says that a directory of Terraform is deployed from here, and what that it is a library."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from costlint.readers.terraform.files import ParsedDirectory
from costlint.readers.terraform.syntax.ast import Block
from costlint.readers.terraform.variables.files import VarFiles
from costlint.readers.terraform.variables.sets import VarFileSet, is_within
from costlint.sources import Source

_EXAMPLES = {
    **dict.fromkeys(("examples", "example", "samples", "sample"), "an example"),
    **dict.fromkeys(("tests", "test", "testing", "fixtures", "testdata"), "a test"),
}
_RETIRED = re.compile(r"(?:^|[-_. ])(?:deprecated|obsolete|archived|retired|decommissioned)(?:[-_. ]|$)", re.IGNORECASE)
_DEPLOYING = ("terragrunt.hcl", "terragrunt.hcl.json")
_REAL = frozenset(("resource", "module", "data"))


class Root(NamedTuple):
    """A Terraform root module. `library`: nothing says that it is deployed from here; `why` is the evidence.
    `sets` are the sets of variable files it may be deployed with, beside those loaded by themselves."""

    path: str
    library: bool
    why: str
    sets: tuple[VarFileSet, ...] = ()


class Roots:
    """Tells the uncalled directories of one walk apart. `within` maps each to its path below what was selected,
    `calls` every directory to those it calls; `named` are those the configuration says are deployed."""

    def __init__(
        self,
        source: Source,
        var_files: VarFiles,
        directories: Mapping[str, ParsedDirectory],
        within: Mapping[str, str],
        calls: Mapping[str, set[str]],
        named: frozenset[str] = frozenset(),
    ) -> None:
        self._source = source
        self._var_files = var_files
        self._directories = directories
        self._within = within
        self._calls = calls
        self._named = named
        self._shown_how = any(_REAL & {block.type for _, block in directories[path].blocks} for path in self._real())

    def root(self, path: str) -> Root:
        """The root in a directory no other calls (or that the configuration names)."""
        sets = tuple(self._var_files.sets(path))
        library, why = self._judged(path, sets)
        return Root(path, library, why, sets)

    def _judged(self, path: str, sets: Sequence[VarFileSet]) -> tuple[bool, str]:
        if path in self._named:
            return False, "roots in the configuration names it"
        directory = self._directories[path]
        broken = any(file.problems for file in directory.files)
        if not broken and not _REAL & {block.type for _, block in directory.blocks}:
            return True, "it declares nothing to deploy"
        if retired := next(filter(_RETIRED.search, self._parts(path)), ""):
            return True, f"it lies in {retired}/, which nobody deploys any more"
        state = _state(directory)
        if state is not None and (state.body.attributes or state.body.blocks or self._is_given_state(directory, sets)):
            return False, f"it has a {state.type} block"
        kind, folder = self._example(path)
        if kind and (self._shown_how or any(not is_within(called, folder) for called in self._calls[path])):
            return True, f"it is {kind} ({posixpath.basename(folder)}/) of how the rest is used"
        if "modules" in self._parts(path):
            return True, "it lies in modules/ and nothing here calls it"
        if any(part.startswith(".") for part in self._parts(path)):
            return True, "it lies in a hidden directory and has no backend"
        evidence = self._evidence(directory, sets)
        return (False, evidence) if evidence else (True, _NOTHING)

    def _is_given_state(self, directory: ParsedDirectory, sets: Sequence[VarFileSet]) -> bool:
        """Whether an empty backend block is filled in from here. Modules for Terragrunt have one, too: what takes
        variables, and has no provider and no file with settings of a backend or variables, is such a module."""
        kinds = {block.type for _, block in directory.blocks}
        beside = self._source.names(directory.path)
        return "variable" not in kinds or "provider" in kinds or bool(sets) or any(map(_BACKEND_FILE.search, beside))

    def _evidence(self, directory: ParsedDirectory, sets: Sequence[VarFileSet]) -> str:
        kinds = {block.type for _, block in directory.blocks}
        if "provider" in kinds and (kinds & {"resource", "module"} or not _is_fragment(directory, kinds)):
            return "it configures a provider"
        for name in self._source.names(directory.path):
            if name.endswith((".tfvars", ".tfvars.json")) or name in _DEPLOYING:
                return f"{name} stands beside it"
        if sets:
            return f"{self._source.shown(sets[0].files[-1])} gives it values"
        if "resource" in kinds and not kinds & {"variable", "output"} and not _is_fragment(directory, kinds):
            return "it takes no variables and gives no outputs, so no other module can use it"
        return ""

    def _example(self, path: str) -> tuple[str, str]:
        """Whether a directory lies in one for examples or tests: of what kind, and where that one is."""
        parts = self._parts(path)
        for count, part in enumerate(parts, 1):
            if part in _EXAMPLES:
                above = len(path.split("/")) - len(parts)
                return _EXAMPLES[part], "/".join(path.split("/")[: above + count])
        return "", ""

    def _real(self) -> list[str]:
        return [path for path in self._directories if not self._example(path)[0]]

    def _parts(self, path: str) -> list[str]:
        """The steps from what was selected to a directory: what a person names is meant, wherever it lies."""
        within = self._within.get(path, path)
        return within.split("/") if within else []


def shows_use(directory: str) -> str:
    """What a directory of this name holds if that is there to show or test the use of the rest, "" if it is not."""
    return _EXAMPLES.get(directory, "")


def _is_fragment(directory: ParsedDirectory, kinds: set[str]) -> bool:
    """True for files that are put beside others before they are deployed: they use names nothing here declares."""
    used = {name for file in directory.files for name in _USED.findall(file.text(0, -1))}
    return ("var" in used and "variable" not in kinds) or ("local" in used and "locals" not in kinds)


_USED = re.compile(r"^[^#\n]*?(?<![\w.])(var|local)\.[A-Za-z_]", re.MULTILINE)
_BACKEND_FILE = re.compile(r"\.(?:tfbackend|backend|tfvars|tfvars\.json)$")
_NOTHING = "nothing deploys it from here: no backend, provider or variable values"


def _state(directory: ParsedDirectory) -> Block | None:
    """The block that says where the state of a root is kept, None if there is none or it is the machine's own."""
    blocks = (inner for _, block in directory.blocks if block.type == "terraform" for inner in block.body.blocks)
    kept = (inner for inner in blocks if inner.type in ("backend", "cloud") and inner.labels != ("local",))
    return next(kept, None)
