"""What is read straight from the bytes is exactly what tree-sitter and the converter make of it."""

import sys
from pathlib import Path

import pytest

from costlint.readers.terraform.syntax import native as syntax

ROOT = Path(__file__).parents[3]

ODD = [
    'a = 1 # c\nb = "x" // d\n',
    'a "b" "c" {\n}\n',
    "a { b = 1 }\n",
    "a = { b = 1, c : 2\n d = [1, 2,]\n}\n",
    'a = "x${var.y}z"\n',
    'a = "$${x} %%{y} \\" \\u00e9"\n',
    "a = <<-E\n  x\n E\n",
    "a = x ? 1 : y ? 2 : 3\n",
    "a = -1 + 2 * !b\n",
    "a = [for x in y : x if x]\n",
    "a = f(1, [2]...)\n",
    "a = b[0].c[*].d\n",
    "a = 1e3\nb = 0x1F\n",
    "a = /* c */ 1\n",
    "a = 1\na = 2\n",
    'a "b" {\n  c = 1\n',
    "a = (1\n+ 2)\n",
    "é = 1\n",
    "\ufeffa = 1\n",
    "a = 1\r\nb = 2\r\n",
    "",
]


def assert_same(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = syntax.parse_hcl(data)
    with monkeypatch.context() as patch:
        patch.setattr(syntax, "read_plainly", lambda *_: None)
        assert plain == syntax.parse_hcl(data)


@pytest.mark.parametrize("text", ODD)
def test_odd_definitions_read_the_same_either_way(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(text.encode(), monkeypatch)


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures").rglob("*.tf*")), ids=lambda path: path.name)
def test_real_files_read_the_same_either_way(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(path.read_bytes(), monkeypatch)


def test_generated_files_read_the_same_either_way_even_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])
    from generate import generate  # type: ignore[import-not-found]

    generate(tmp_path, 60_000)
    for path in sorted(tmp_path.rglob("*.tf")):
        data = path.read_bytes()
        assert_same(data, monkeypatch)
        for cut in range(101, len(data), 1009):
            assert_same(data[:cut], monkeypatch)
