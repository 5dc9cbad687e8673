"""One note for each root: which variables nobody sets, and the lines to add."""

from __future__ import annotations

from costlint.model import Missing, Span, Stack
from costlint.readers.missing import MissingInputs, missing_note


def stack(name: str, *missing: str, library: bool = False, directory: str = "infra") -> Stack:
    told = tuple(
        Missing(one.partition(":")[0], one.partition(":")[2], Span(f"{directory}/variables.tf", line, 1, line, 9))
        for line, one in enumerate(missing, 1)
    )
    label = f" [{name}]" if name else ""
    var_files = (f"infra/{name}",) if name else ()
    return Stack(
        f"{directory}{label}",
        "terraform",
        "infra",
        library=library,
        var_files=var_files,
        directory=directory,
        missing=told,
    )


def note(*stacks: Stack) -> str:
    found = missing_note(stacks)
    return str(found) if found else ""


def test_every_type_has_a_line_to_add() -> None:
    assert note(stack("", "zone:string", "size:number", "on:bool", "tags:map(string)")) == (
        'infra/variables.tf:1:1: no value for variables "zone", "size", "on", "tags": add to infra/terraform.tfvars: '
        'zone = "…"; size = 0; on = false; tags = {…}'
    )


def test_types_in_the_old_spelling_and_none_at_all_are_understood() -> None:
    assert note(stack("", 'a:"string"', "b", "c:list(string)")).endswith('a = "…"; b = "…"; c = […]')


def test_many_are_counted() -> None:
    assert note(stack("", *"abcdef")).endswith('a = "…"; b = "…"; c = "…"; d = "…" and 2 more')


def test_a_root_in_the_current_directory_has_its_file_there() -> None:
    assert 'variable "a": add to terraform.tfvars:' in note(stack("", "a", directory="."))


def test_alternatives_that_all_lack_it_are_told_once() -> None:
    assert note(stack("prod.tfvars", "a"), stack("dev.tfvars", "a")) == (
        'infra/variables.tf:1:1: no value for variable "a": add to infra/terraform.tfvars, or to each variable file if '
        'values differ: a = "…"'
    )


def test_what_one_set_lacks_belongs_into_its_file() -> None:
    said = note(stack("prod.tfvars"), stack("dev.tfvars", "a"))
    assert 'no value in infra [dev.tfvars] for variable "a": add to infra/dev.tfvars: a = "…"' in said


def test_nothing_is_said_of_libraries_and_of_roots_with_all_their_values() -> None:
    assert note(stack("")) == ""
    assert note(stack("", "a", library=True)) == ""
    assert note() == ""


def inputs(*stacks: Stack) -> list[str]:
    lacking = MissingInputs()
    for each in stacks:
        lacking.add(each)
    return [str(found) for found in lacking.notes()]


def test_units_that_lack_the_same_inputs_are_told_once() -> None:
    alike = [
        Stack(f"live/{name}", "terraform", f"live/{name}", missing=stack("", "size:number").missing)
        for name in "abcdef"
    ]
    other = Stack("live/z", "terraform", "live/z", missing=stack("", "zone:string", "name:string").missing)
    library = Stack("live/y", "terraform", "live/y", library=True, missing=other.missing)
    assert inputs(*alike, other, library, Stack("live/x", "terraform", "live/x")) == [
        'infra/variables.tf:1:1: no input for variable "size" in 6 units (live/a, live/b, live/c, live/d and 2 more): '
        "add to inputs: size = 0",
        'infra/variables.tf:1:1: no input for variables "zone", "name" in live/z: add to its inputs: '
        'zone = "…"; name = "…"',
    ]
