"""Finds the directory a module call leads to, without ever leaving the machine.

In this order: the scanned tree; the mappings of the configuration; this very repository under its remote address;
what `terraform init` has installed; the package the lock file pins, in the cache of `costlint modules fetch`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from costlint.readers.terraform.sourcing.addresses import ModuleAddress, is_local, parse_address, repository_key
from costlint.readers.terraform.sourcing.installed import Installed, installed_modules
from costlint.readers.terraform.sourcing.lock import LOCK_NAME, LockError, Pin, parse_lock
from costlint.readers.terraform.sourcing.mappings import Mapping, mapped
from costlint.sources import MountedSource, PackageSource, SourceError, cache_directory, follow, ignored_at, tree_of

_SUBMODULES = ".gitmodules"
_SUBMODULE = re.compile(r"^[ \t]*path[ \t]*=[ \t]*(\S.*?)[ \t]*\r?$", re.MULTILINE)

Way = Literal["tree", "mapping", "repository", "installed", "cache", "missing", "nowhere", "outside", "refused"]


class Call(NamedTuple):
    """A module call: its arguments, the directory it stands in, and its names from the root down."""

    source: str
    version: str
    directory: str
    names: tuple[str, ...]
    root: str
    data_directory: str = ""


class Resolution(NamedTuple):
    """Where a call leads. `directory` is None if it cannot be read: "missing" is what could be fetched, "nowhere" a
    directory that does not exist, "outside" one that is not read, "refused" a package or mapping that is not right.
    `detail` is what people should know about it."""

    directory: str | None
    way: Way
    detail: str = ""


class ModuleSources:
    """Resolves the module calls of one scanned tree; `use_installed` False looks past what terraform has installed."""

    def __init__(self, source: MountedSource, mappings: Sequence[Mapping] = (), use_installed: bool = True) -> None:
        self._source = source
        self._mappings = mappings
        self._use_installed = use_installed
        self._installed: dict[tuple[str, str], dict[str, Installed]] = {}
        self._found: dict[tuple[str, str], Resolution | None] = {}
        self._local_found: dict[tuple[str, str], Resolution] = {}
        self._pins: dict[tuple[str, str], Pin] | None = None
        self._packages: dict[tuple[str, str], str] = {}

    def resolve(self, call: Call) -> Resolution:
        """The directory of the module a call names."""
        if is_local(call.source):
            place = (call.directory, call.source)
            if place not in self._local_found:
                self._local_found[place] = self._local(call)
            return self._local_found[place]
        key = (call.source, call.version)
        if key not in self._found:
            address = parse_address(call.source)
            self._found[key] = self._mapped(call.source, address) or self._own(address)
        found = self._found[key]
        if found is not None:
            return found
        address = parse_address(call.source)
        return self._initialised(call, address) or self._cached(call, address)

    def within(self, source: str, directory: str) -> str | None:
        """The directory of the scanned tree a module source leads to, None if it leads elsewhere."""
        if is_local(source):
            return follow(directory, source)
        address = parse_address(source)
        found = self._mapped(source, address) or self._own(address)
        inside = found is not None and found.directory is not None and not tree_of(found.directory)
        return found.directory if found is not None and inside else None

    def pins(self) -> dict[tuple[str, str], Pin]:
        """The entries of the lock file, {} if there is none. Raises LockError."""
        if self._pins is None:
            try:
                text = self._source.read(LOCK_NAME).decode() if self._source.is_file(LOCK_NAME) else ""
            except (SourceError, UnicodeDecodeError) as error:
                raise LockError(str(error)) from None
            self._pins = parse_lock(text) if text else {}
        return self._pins

    def forget_pins(self) -> None:
        """Go on as if there were no lock file."""
        self._pins = {}

    def pin(self, pin: Pin) -> None:
        """Use a package from now on."""
        self.pins()[pin.key] = pin

    def _local(self, call: Call) -> Resolution:
        directory = follow(call.directory, call.source)
        submodule = self._not_checked_out(directory) if directory is not None else ""
        if directory is not None and not submodule and self._source.is_dir(directory):
            return Resolution(directory, "tree")
        found = self._mapped(call.source, parse_address(call.source))
        if found is not None:
            return found
        if directory is None:
            return Resolution(None, "outside")
        if submodule:
            shown = self._source.shown(submodule)
            why = f"the git submodule {shown} is not checked out (git submodule update --init)"
            return Resolution(None, "refused", why)
        ignored = ignored_at(directory, self._ignore_file)
        if ignored:
            why = f"git ignores {self._source.shown(ignored)}, and nothing has put it there yet"
            return Resolution(None, "refused", why)
        return Resolution(None, "nowhere")

    def _ignore_file(self, path: str) -> str:
        try:
            return self._source.read(path).decode() if self._source.is_file(path) else ""
        except (SourceError, UnicodeDecodeError):
            return ""

    def _not_checked_out(self, directory: str) -> str:
        """The git submodule a directory is in, if that is not there, or empty as git leaves it; "" otherwise."""
        return next((path for path in self._absent if f"{directory}/".startswith(f"{path}/")), "")

    @cached_property
    def _absent(self) -> tuple[str, ...]:
        """The directories of the git submodules of the scanned tree that are not checked out."""
        try:
            text = self._source.read(_SUBMODULES).decode() if self._source.is_file(_SUBMODULES) else ""
        except (SourceError, UnicodeDecodeError):
            return ()
        paths = map(posixpath.normpath, _SUBMODULE.findall(text))
        return tuple(path for path in paths if not (self._source.is_dir(path) and self._source.files(path)))

    def _mapped(self, source: str, address: ModuleAddress) -> Resolution | None:
        for mapping in self._mappings:
            found = mapped(mapping, source, address)
            if found is None:
                continue
            directory = self._source.place(found.directory)
            if directory is None:
                return Resolution(None, "refused", f"modules: maps it to {found.directory}, which is no directory")
            for inside in (found.inside, found.otherwise):
                place = follow(directory, inside) if inside is not None else None
                if place is not None and self._source.is_dir(place):
                    return Resolution(place, "mapping", self._source.shown(place))
            wanted = posixpath.join(found.directory, found.inside)
            return Resolution(None, "refused", f"modules: maps it to {wanted}, which is no directory")
        return None

    def _own(self, address: ModuleAddress) -> Resolution | None:
        """The scanned tree itself, if the address is that of its repository."""
        if not self._is_own(address):
            return None
        directory = follow("", address.subdir) if address.subdir else ""
        if directory is None or not self._source.is_dir(directory):
            return Resolution(None, "refused", f"it is this repository, which has no directory {address.subdir}")
        at = f", which is at hand at another state than {ref}" if (ref := address.option("ref")) else ""
        return Resolution(directory, "repository", f"this repository{at}")

    def _is_own(self, address: ModuleAddress) -> bool:
        if address.kind == "git":
            return repository_key(address.location) in self._repositories
        if address.kind == "registry":
            _, namespace, name, system = address.location.split("/")
            wanted = f"{namespace}/terraform-{system}-{name}".lower()
            return any("/".join(path.split("/")[-2:]) == wanted for _, path in self._repositories)
        return False

    @cached_property
    def _repositories(self) -> frozenset[tuple[str, str]]:
        keys = (repository_key(remote) for remote in self._source.remotes)
        return frozenset(key for key in keys if key is not None)

    def _initialised(self, call: Call, address: ModuleAddress) -> Resolution | None:
        """What terraform init fetched for this very call, unless the call has changed since."""
        if not self._use_installed:
            return None
        key = (call.root, call.data_directory)
        if key not in self._installed:
            self._installed[key] = installed_modules(self._source, *key)
        found = self._installed[key].get(".".join(call.names))
        if found is None or (found.source and parse_address(found.source).package != address.package):
            return None
        return Resolution(found.directory, "installed", found.version)

    def _cached(self, call: Call, address: ModuleAddress) -> Resolution:
        try:
            pin = self.pins().get((address.package, call.version if address.kind == "registry" else ""))
        except LockError as error:
            return Resolution(None, "refused", str(error))
        if pin is None:
            return Resolution(None, "missing")
        title = title_of(address, pin)
        package = self._packages.get((pin.checksum, title))
        if package is None:
            try:
                package = self._source.mount(PackageSource(cache_directory(), pin.checksum, title))
            except SourceError as error:
                return Resolution(None, "missing", str(error))
            self._packages[pin.checksum, title] = package
        inside = "/".join(part for part in (pin.directory, address.subdir) if part)
        directory = follow(package, inside) if inside else package
        if directory is None or not self._source.is_dir(directory):
            return Resolution(None, "refused", f"{title} has no directory {address.subdir}")
        return Resolution(directory, "cache", pin.resolved)


def title_of(address: ModuleAddress, pin: Pin) -> str:
    """What a package is called in paths: its address without scheme, and its version, ref or commit."""
    place = address.package.partition("?")[0]
    place = place.partition("::")[2] or place
    scheme, separator, rest = place.partition("://")
    if separator and scheme != "file":
        host, slash, path = rest.partition("/")
        place = host.rpartition("@")[2] + slash + path
    at = address.option("ref") or pin.resolved
    at = at[:12] if len(at) == 40 and address.kind == "git" else at
    return f"{place.removesuffix('.git')}@{at}"
