"""Variable files Terraform does not load by itself, gathered into the sets a root is deployed with.

Beside and below the root every file belongs to it that no other configuration stands closer to (`prod.tfvars`,
`envs/prod.tfvars`, `config/prod/*.tfvars`). Else the nearest directory of variable files next to it, or next to a
directory above it, is looked into (`environments/<root>/prod.tfvars`, `variables/prod/<root>.tfvars`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from costlint import environment
from costlint.readers.terraform.configuration import Configuration, configuration_of
from costlint.readers.terraform.files import TerraformFiles, configuration_names
from costlint.readers.terraform.variables.sets import Group, VarFile, VarFileSet, gathered, is_within
from costlint.readers.terraform.variables.values import automatic_files, is_encrypted
from costlint.sources import SourceError

_ENDINGS = (".tfvars", ".tfvars.json")
_HOMES = (
    *("environments", "environment", "envs", "env", "variables", "vars", "var-files", "tfvars"),
    *("config", "configs", "configuration", "settings", "parameters", "params", "workspaces", "accounts", "stages"),
)
_DEPLOYED = frozenset(("resource", "module", "data"))
_SAMPLE = re.compile(
    r"(?:^|[/._-])(?:examples?|samples?|templates?|tests|testdata|fixtures?|goldens?|mocks?|tflint)(?:[/._-]|$)",
    re.IGNORECASE,
)
_BACKEND = re.compile(r"(?:^|[/._-])(?:backends?|tfstate)(?:[/._-]|$)", re.IGNORECASE)
_OF_BACKENDS = frozenset(
    (
        *("bucket", "key", "region", "dynamodb_table", "encrypt", "profile", "role_arn", "kms_key_id", "use_lockfile"),
        *("workspace_key_prefix", "prefix", "resource_group_name", "storage_account_name", "container_name"),
        *("subscription_id", "tenant_id", "use_azuread_auth", "hostname", "organization"),
    )
)

__all__ = ["VarFileSet", "VarFiles"]


class VarFiles:
    """Finds the sets of variable files of the roots of one source."""

    def __init__(self, files: TerraformFiles) -> None:
        self._files = files
        self._listed: dict[str, list[str]] = {}
        self._configured: dict[str, bool] = {}
        self._homes: dict[str, list[str]] = {}

    def know(self, directory: str, files: Iterable[str]) -> None:
        """Take these for all files below a directory: it need not be walked again."""
        self._listed[directory] = [file for file in files if file.endswith(_ENDINGS)]

    def sets(self, root: str) -> list[VarFileSet]:
        """The sets a root may be deployed with; none if nothing but what is loaded by itself sets its variables.

        Files that set no variable of the root are left out, and so are samples: nobody deploys those.
        """
        if not self.is_configuration(root):
            return []
        one = _Root(self, self._files, root)
        if not one.declared:
            return []
        found = one.below() or next(filter(None, one.beside()), [])
        return [group.named() for group in found]

    def below(self, directory: str) -> Iterator[str]:
        """Variable files below a directory that no other configuration stands closer to, by path below it. Samples
        and what is hidden are not among them."""
        for path in self._below(directory):
            place = posixpath.relpath(path, directory or ".")
            parts = place.split("/")[:-1]
            folders = (posixpath.join(directory, *parts[: count + 1]) for count in range(len(parts)))
            hidden = any(part.startswith(".") for part in parts) or _SAMPLE.search(place)
            if not hidden and not any(map(self.is_configuration, folders)):
                yield place

    def homes(self, directory: str) -> list[str]:
        """The directories of variable files that stand in a directory."""
        found = self._homes.get(directory)
        if found is None:
            places = (posixpath.join(directory, name) for name in _HOMES)
            found = self._homes[directory] = [place for place in places if self._files.source.is_dir(place)]
        return found

    def is_configuration(self, directory: str) -> bool:
        """True if a directory deploys something of its own; declared variables or a backend alone do not."""
        found = self._configured.get(directory)
        if found is None:
            names = configuration_names(self._files.source.names(directory))
            blocks = self._files.directory(directory).blocks if names else ()
            found = self._configured[directory] = any(block.type in _DEPLOYED for _, block in blocks)
        return found

    def _below(self, directory: str) -> list[str]:
        above = directory
        while above not in self._listed:
            if not above:
                self.know(directory, self._files.source.files(directory))
                return self._listed[directory]
            above = posixpath.dirname(above)
        prefix = f"{directory}/" if directory else ""
        return [file for file in self._listed[above] if file.startswith(prefix)]


class _Root:
    """One root while its files are looked for."""

    def __init__(self, all_files: VarFiles, files: TerraformFiles, path: str) -> None:
        self._all = all_files
        self._files = files
        self._path = path
        self._automatic = automatic_files(files, path)

    @cached_property
    def _configuration(self) -> Configuration:
        return configuration_of(self._files.directory(self._path))

    @cached_property
    def _needed(self) -> frozenset[str]:
        """Variables without a default that no file loaded by itself sets."""
        wanted = {name for name, variable in self._configuration.variables.items() if variable.default is None}
        for path in self._automatic:
            wanted -= self._set_by(path)
        return frozenset(wanted)

    def below(self) -> list[Group]:
        paths = ((posixpath.join(self._path, place), place) for place in self._all.below(self._path))
        found = (VarFile(path, place, self._set_by(path)) for path, place in paths if path not in self._automatic)
        return gathered([file for file in found if file.sets & self.declared and not self._is_backend(file)])

    def beside(self) -> Iterator[list[Group]]:
        """The same for each directory of variable files beside the root or above, the nearest first."""
        above = self._path
        while above:
            above = posixpath.dirname(above)
            for home in self._all.homes(above):
                if not is_within(self._path, home):
                    yield self._in_home(home)

    def _in_home(self, home: str) -> list[Group]:
        if self._all.is_configuration(home):
            return []
        name = posixpath.basename(self._path)
        found: list[VarFile] = []
        for place in self._all.below(home):
            path = posixpath.join(home, place)
            file = VarFile(path, place, self._set_by(path))
            if not self._is_backend(file) and not self._anothers(file, name):
                found.append(file)
        mine = [file for file in found if name in _names(file)]
        found = [file for file in found if file.sets & self.declared]
        if mine:
            folders = {file.folder for file in mine}
            return gathered([*mine, *(f for f in found if f.shared and _reaches(f, folders) and f not in mine)])
        return gathered([file for file in found if self._is_meant(file)])

    def _is_backend(self, file: VarFile) -> bool:
        """True for what is meant for `terraform init -backend-config`, not for variables: it is named so, and sets what
        this root does not declare, or nothing but what backends take. A root may itself be called a backend."""
        place = f"{file.folder}/{file.stem}".replace(posixpath.basename(self._path) or "/", "/")
        named = _BACKEND.search(place) is not None
        return named and (file.sets <= _OF_BACKENDS or not file.sets <= self.declared)

    def _anothers(self, file: VarFile, name: str) -> bool:
        """True if the file is named for a directory of configuration beside this root."""
        beside = posixpath.dirname(self._path)
        others = (each for each in _names(file) if each != name and not environment.named(each).kind)
        return any(self._all.is_configuration(posixpath.join(beside, each)) for each in others)

    def _is_meant(self, file: VarFile) -> bool:
        """A file that names no root is for this one if it sets what this one needs, or if this one declares most of
        what it sets."""
        return bool(file.sets & self._needed) or 2 * len(file.sets & self.declared) >= len(file.sets)

    @cached_property
    def declared(self) -> frozenset[str]:
        return frozenset(self._configuration.variables)

    def _set_by(self, path: str) -> frozenset[str]:
        try:
            file = self._files.file(path)
        except SourceError:
            return frozenset()
        return frozenset() if is_encrypted(file) else frozenset(file.body.attributes)


def _names(file: VarFile) -> set[str]:
    """The directories a file is in, and its own name with and without the environment in it."""
    names = {*file.folder.split("/"), file.stem}
    if file.environment:
        names.add(re.sub(rf"[._-]?{re.escape(file.environment)}[._-]?", "", file.stem, flags=re.IGNORECASE))
    return names - {""}


def _reaches(file: VarFile, folders: Iterable[str]) -> bool:
    return any(is_within(folder, file.folder) for folder in folders)
