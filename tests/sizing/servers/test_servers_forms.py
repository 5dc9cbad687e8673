"""Every form in which manifests and Terraform declare a model server, one file each, beside what is read from it.

A file of `forms/` opens with what must be read (`#= field: value`, `?` for what cannot be told, `--` between servers,
`none` where there is nothing to serve). Fields that are not listed must not be said.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

from costlint.graph import View
from costlint.model import Stack, Unknown, lookup
from costlint.readers.kubernetes.links import link
from costlint.readers.kubernetes.read import read_stacks
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sizing.server import Server
from costlint.sizing.servers import servers_in
from costlint.sources import MemorySource

FORMS = sorted((Path(__file__).parent / "forms").iterdir())
_NOT_SAID = {"address", "container", "written"}


def stack_of(name: str, text: str) -> Stack:
    source = MemorySource({name: text.encode()})
    if name.endswith(".tf"):
        return read_stack(TerraformFiles(source), "")
    (stack,) = read_stacks(source, [name], [""], [])
    link(stack.resources)
    return stack


def servers(name: str, text: str) -> list[Server]:
    view = View(stack_of(name, text))
    return servers_in(view.resources.values(), view)


def said(server: Server) -> dict[str, object]:
    """The fields of a server that are said."""
    found = {field: value for field, value in msgspec.structs.asdict(server).items() if field not in _NOT_SAID}
    return {
        field: "?" if isinstance(value, Unknown) else list(value) if isinstance(value, tuple) else value
        for field, value in found.items()
        if value is not None and value != ""
    }


def expected(text: str) -> list[dict[str, object]]:
    lines = [line.removeprefix("#= ") for line in text.splitlines() if line.startswith("#= ")]
    if lines == ["none"]:
        return []
    return [yaml.safe_load(part) for part in "\n".join(lines).split("\n--\n")]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_is_read_as_it_says(form: Path) -> None:
    text = form.read_text(encoding="utf-8")
    assert [said(server) for server in servers(form.name, text)] == expected(text)


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_what_is_said_to_be_written_stands_there(form: Path) -> None:
    stack = stack_of(form.name, form.read_text(encoding="utf-8"))
    view = View(stack)
    for server in servers_in(view.resources.values(), view):
        attributes = view.resources[server.address].attributes
        for field, path in server.written.items():
            assert lookup(attributes, path) is not None, (field, path)


def test_there_is_a_form_for_every_kind_of_server() -> None:
    engines = {line for form in FORMS for line in form.read_text(encoding="utf-8").splitlines() if "engine:" in line}
    known = {"vllm", "tgi", "sglang", "tensorrt-llm", "triton", "nim", "tei", "infinity", "ollama", "llama.cpp"}
    assert {f"#= engine: {name}" for name in (*known, "lmdeploy", "transformers", "managed")} <= engines
