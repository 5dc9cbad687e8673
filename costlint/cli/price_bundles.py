"""Carrying fetched prices from one machine to another: what `prices export` and `prices import` do with bundles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from costlint.updating.bundles import Fetched


def is_bundle(path: str) -> bool:
    """Whether a file looks like a bundle: it is a ZIP archive."""
    try:
        with Path(path).open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def export_bundle(providers: tuple[str, ...], output: str | None) -> int:
    """Write what was fetched of the providers, and say what it is and its checksum."""
    if output in (None, "-"):
        raise click.UsageError("--format bundle needs --output FILE")

    from hashlib import sha256

    from costlint.catalog.updates import FOLDER
    from costlint.cli.exits import DONE, NOTHING
    from costlint.sources import cache_directory
    from costlint.updating.bundles import bundle, fetched

    root = cache_directory() / FOLDER
    found = [one for provider in providers if (one := fetched(root, provider)) is not None]
    if not found:
        which = f" of {providers[0]}" if len(providers) == 1 else ""
        click.echo(f"costlint: no prices{which} were fetched here: costlint prices update fetches them", err=True)
        return NOTHING
    data = bundle(found)
    _write(data, Path(str(output)))
    for one in found:
        click.echo(_about(one))
    click.echo(f"{sha256(data).hexdigest()}  {Path(str(output)).name}")
    return DONE


def import_bundle(path: str, digest: str, *, force: bool) -> int:
    """Check a bundle, make its prices the ones scans use, and say what they replace."""
    from costlint.catalog.updates import FOLDER
    from costlint.cli.exits import DONE
    from costlint.sources import cache_directory
    from costlint.updating.bundles import read_bundle
    from costlint.updating.carrying import place

    for placed in place(read_bundle(Path(path), digest), cache_directory() / FOLDER, even_older=force):
        if placed.same:
            instead = "here already"
        elif placed.before is None:
            instead = "where none were"
        else:
            instead = f"instead of {_about(placed.before).partition(': ')[2]}"
        click.echo(f"{_about(placed.new)}; {instead}")
    return DONE


def _about(one: Fetched) -> str:
    from costlint.reports.amounts import counted

    rows = sum(text.count("\n") - 1 for name, text in one.tables.items() if "/" in name)
    prices, regions = counted(rows, "row"), counted(len(one.regions), "region")
    return f"{one.provider}: {prices} for {regions}, fetched {one.written[:10]}"


def _write(data: bytes, path: Path) -> None:
    from costlint.config.writing import replace_file

    try:
        replace_file(path, data)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None
