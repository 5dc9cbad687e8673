"""Calls into a package another call has installed: `./.terraform/modules/net/vpc` is what `module "net"` of the root
fetched. Where nothing is installed, such a call means a directory of that package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from costlint.readers.terraform.sourcing.addresses import in_package, is_local
from costlint.readers.terraform.sourcing.resolving import Call
from costlint.sources import follow

if TYPE_CHECKING:
    from costlint.readers.terraform.files import TerraformFiles

_INSTALLED = re.compile(r"\.terraform/modules/([^/]+)(?:/(.+))?")


def lent(call: Call, files: TerraformFiles) -> Call:
    """The call with the source and version of the one it borrows the package of; the call itself if it borrows none,
    or from a call that is not in the root, or from a directory."""
    if ".terraform/" not in call.source or not is_local(call.source):
        return call
    directory = follow(call.directory, call.source)
    if directory is None or files.source.is_dir(directory):
        return call
    found = _INSTALLED.fullmatch(directory.removeprefix(f"{call.root}/" if call.root else ""))
    for _, block in files.directory(call.root).blocks if found is not None else ():
        if found is not None and block.type == "module" and block.labels[:1] == (found[1],):
            source = block.body.literal("source")
            if source and not is_local(source):
                return call._replace(source=in_package(source, found[2] or ""), version=block.body.literal("version"))
    return call
