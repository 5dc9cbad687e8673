"""Files in memory behave as files on disk do."""

import pytest

from costlint.sources import MemorySource, SourceError

SOURCE = MemorySource({"main.tf": "a = 1\n", "modules/gpu/main.tf": b"\xff", ".terraform/modules/x/m.tf": ""})


def test_files_and_directories() -> None:
    assert SOURCE.files() == ["main.tf", "modules/gpu/main.tf"]
    assert SOURCE.files("modules") == ["modules/gpu/main.tf"]
    assert SOURCE.names("") == ["main.tf"]
    assert SOURCE.names(".terraform/modules/x") == ["m.tf"]
    assert SOURCE.is_dir("modules/gpu")
    assert SOURCE.is_dir("")
    assert not SOURCE.is_file("modules")
    assert SOURCE.read("./modules/../main.tf") == b"a = 1\n"


@pytest.mark.parametrize("path", ["../main.tf", "/main.tf", "other.tf", "modules", ".git/config"])
def test_what_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(SourceError):
        SOURCE.read(path)
    assert not SOURCE.is_file(path)
