"""Charts for tests: those beside this file, others written in a test, and what is rendered of them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from costlint.model import Diagnostic, Resource, Stack, lookup, parse_path
from costlint.readers.helm.read import ChartOptions, ReadCharts, read_charts
from costlint.sources import MemorySource

CHARTS = Path(__file__).parent / "charts"

needs_helm = pytest.mark.skipif(
    find_spec("helm_python") is None,
    reason="helm-python-sdk is not installed: pip install 'costlint[helm]'",
)


def tree(*names: str) -> dict[str, str]:
    """The files of some charts by path, each chart in a directory of its name."""
    return {
        path.relative_to(CHARTS).as_posix(): path.read_text()
        for name in names
        for path in sorted((CHARTS / name).rglob("*"))
        if path.is_file()
    }


def packed(files: Mapping[str, str]) -> bytes:
    """An archive of some files, as `helm package` writes them."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return written.getvalue()


def reading(files: Mapping[str, str | bytes], **options: object) -> tuple[ReadCharts, list[Diagnostic]]:
    """What is read of charts, and what was said about it."""
    source = MemorySource(files)
    problems: list[Diagnostic] = []
    found = read_charts(source, source.files(), [""], problems, ChartOptions(**options))  # type: ignore[arg-type]
    return found, problems


def stack_of(files: Mapping[str, str | bytes], name: str) -> Stack:
    """The stack of that name among those of some charts."""
    found, problems = reading(files)
    return next((stack for stack in found.stacks if stack.name == name), None) or pytest.fail(
        f"no {name} among {[stack.name for stack in found.stacks]}: {[*map(str, problems)]}"
    )


def resource(stack: Stack, address: str) -> Resource:
    """The resource at an address, without the namespace everything is rendered for."""
    found = [one for one in stack.resources if one.address == address]
    return found[0] if found else pytest.fail(f"no {address} among {[one.address for one in stack.resources]}")


def value(found: Resource, path: str) -> object:
    """The value at a path as people write it."""
    return lookup(found.attributes, parse_path(path))
