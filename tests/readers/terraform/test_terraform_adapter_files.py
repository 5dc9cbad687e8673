"""The adapters themselves: all of them are found, parse, and deploy something sensible when nothing is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

import costlint
from costlint.readers.terraform.adapters.adapters import RELEASE
from costlint.readers.terraform.adapters.index import read_index
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.sources import DirectorySource, MemorySource
from costlint.versions import Constraint

PLACE = Path(costlint.__file__).parent / "catalog" / "data" / "module_adapters"
ROWS = read_index(PLACE / "index.csv")
DIRECTORIES = sorted({row.directory for row in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.module}-{row.submodule}-{row.newest.text}")
def test_a_row_leads_to_an_adapter_for_the_newest_release_it_knows(row):
    assert (PLACE / row.directory / "main.tf").is_file()
    assert row.versions.met_by(row.newest)


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_an_adapter_is_a_configuration_without_mistakes(directory):
    newest = max(row.newest for row in ROWS if row.directory == directory)
    files = TerraformFiles(DirectorySource(PLACE))
    read = read_stack(files, directory, TerraformOptions(variables={RELEASE: newest.text}))
    said = [str(each) for each in read.diagnostics]
    needed = {one.name for one in read.missing}
    assert [each for each in said if "no variable" not in each] == []
    assert needed <= {"identifier"}


@pytest.mark.parametrize("path", sorted(PLACE.rglob("*.tf")), ids=lambda path: str(path.relative_to(PLACE)))
def test_every_adapter_is_in_the_index(path):
    assert str(path.parent.relative_to(PLACE)) in DIRECTORIES


def test_no_two_rows_are_for_the_same_release():
    for row in ROWS:
        same = [r for r in ROWS if (r.module, r.submodule) == (row.module, row.submodule)]
        assert [r.directory for r in same if r.versions.met_by(row.newest)] == [row.directory]


@pytest.mark.parametrize("path", sorted(PLACE.rglob("inputs_without_cost.txt")), ids=lambda p: p.parent.name)
def test_lists_of_inputs_say_nothing_twice(path):
    names = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_no_input_is_both_read_and_without_cost(directory):
    files = TerraformFiles(DirectorySource(PLACE))
    blocks = files.directory(directory).blocks
    declared = {block.labels[0] for _, block in blocks if block.type == "variable"}
    path = PLACE / directory / "inputs_without_cost.txt"
    listed = set(path.read_text().splitlines()) if path.is_file() else set()
    assert declared & listed == set()


def test_a_scan_without_community_modules_reads_no_adapter():
    files = TerraformFiles(MemorySource({"main.tf": 'module "m" {\n  source = "./m"\n}', "m/main.tf": ""}))
    read_stack(files, "")
    assert not files.adapters.holds("<modules>/0/main.tf")


def test_constraints_of_the_index_are_understood():
    assert all(isinstance(row.versions, Constraint) for row in ROWS)
