"""Every module call below a root, with where it leads: the tree of calls as it is written, whatever count says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from costlint.modules.limits import DEEPEST
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.sourcing.addresses import is_local
from costlint.readers.terraform.sourcing.borrowing import lent
from costlint.readers.terraform.sourcing.resolving import Call, Resolution
from costlint.readers.terragrunt.units import Unit

_FOREIGN = ("cache", "installed")


@dataclass(frozen=True, slots=True)
class CallSite:
    """A `module` block. `file`, `line` and `column` are where its source is written; `own` is False in modules that
    came from elsewhere, which may not name places on this machine. `directory` is where it leads, as people see it."""

    call: Call
    resolution: Resolution
    file: str
    line: int
    column: int
    own: bool
    directory: str = ""

    @property
    def address(self) -> str:
        return ".".join(f"module.{name}" for name in self.call.names)

    @property
    def remote(self) -> bool:
        return not is_local(self.call.source)


Missing = Callable[[CallSite], None]


def call_sites(
    files: TerraformFiles, root: str, data_directory: str = "", missing: Missing | None = None, own: bool = True
) -> Iterator[CallSite]:
    """The module calls of a root and of the modules it calls, those of one directory together.

    `missing` is asked to bring in what is not here before a call is given out.
    """
    seen = {root}
    pending: list[tuple[str, tuple[str, ...], bool]] = [(root, (), own)]
    while pending:
        directory, names, own = pending.pop(0)
        for file, block in files.directory(directory).blocks:
            if block.type != "module" or not block.labels:
                continue
            body = block.body
            attribute = body.attributes.get("source")
            place = file.position(attribute.expr[1] if attribute is not None else block.start)
            call = Call(
                body.literal("source"),
                body.literal("version"),
                directory,
                (*names, block.labels[0]),
                root,
                data_directory,
            )
            site = _site(files, lent(call, files), files.source.shown(file.path), place, own, missing)
            found = site.resolution
            yield site
            if found.directory is not None and found.directory not in seen and len(call.names) < DEEPEST:
                seen.add(found.directory)
                pending.append((found.directory, call.names, own and found.way not in _FOREIGN))


def unit_sites(
    files: TerraformFiles, unit: Unit, data_directory: str = "", missing: Missing | None = None
) -> Iterator[CallSite]:
    """The same for a Terragrunt unit: the call its source makes, then those of the module it leads to."""
    directory, own = unit.module, True
    if unit.call is not None and unit.written is not None:
        place = (unit.written.line, unit.written.column)
        site = _site(files, unit.call, unit.written.file, place, True, missing)
        yield site
        directory, own = site.resolution.directory, site.resolution.way not in _FOREIGN
    if directory is not None:
        yield from call_sites(files, directory, data_directory, missing, own)


def _site(
    files: TerraformFiles, call: Call, file: str, place: tuple[int, int], own: bool, missing: Missing | None
) -> CallSite:
    found = _resolve(files, call)
    site = CallSite(call, found, file, *place, own)
    if found.way == "missing" and missing is not None:
        missing(site)
        found = _resolve(files, call)
    leads_to = files.source.shown(found.directory) if found.directory is not None else ""
    return replace(site, resolution=found, directory=leads_to)


def _resolve(files: TerraformFiles, call: Call) -> Resolution:
    if not call.source:
        return Resolution(None, "refused", "it has no source that can be read")
    return files.modules.resolve(call)
