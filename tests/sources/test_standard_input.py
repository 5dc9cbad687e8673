"""What is piped in is taken for what it holds."""

from io import BytesIO

import pytest

from costlint.sources import SourceError, standard_input
from costlint.sources.limits import LARGEST_FILE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"format_version": "1.2", "planned_values": {}}', "stdin.json"),
        ('\n [{"apiVersion": "v1", "kind": "Service"}]', "stdin.json"),
        ("# made by a chart\napiVersion: v1\nkind: Service\n", "stdin.yaml"),
        ('---\n"apiVersion": v1\nkind: Service\n', "stdin.yaml"),
        ("\n# one\n\n  # two\nkind: Service\napiVersion: v1\n", "stdin.yaml"),
        ('resource "aws_ebs_volume" "data" {}\n', "stdin.tf"),
        (
            'resource "kubectl_manifest" "a" {\n  yaml_body = <<YAML\napiVersion: v1\nkind: Service\nYAML\n}\n',
            "stdin.tf",
        ),
        ("/*\napiVersion: v1\n*/\nlocals {}\n", "stdin.tf"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_content_tells_what_it_is(text: str, name: str, encoding: str) -> None:
    source, path = standard_input(BytesIO(text.encode(encoding)))
    assert path == name
    assert source.files() == [name]
    assert source.read(path).decode(encoding) == text


def test_a_plan_as_powershell_pipes_it_is_json() -> None:
    assert standard_input(BytesIO('{"format_version": "1.2"}'.encode("utf-16")))[1] == "stdin.json"


@pytest.mark.parametrize("nothing", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_nothing_is_said(nothing: bytes) -> None:
    with pytest.raises(SourceError, match=r"^the standard input is empty$"):
        standard_input(BytesIO(nothing))


def test_python_without_a_standard_input_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SourceError, match="cannot be read: nothing is connected to it"):
        standard_input()


def test_a_broken_pipe_is_said() -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(SourceError, match=r"^the standard input cannot be read: Input/output error$"):
        standard_input(Broken())


def test_too_much_is_refused() -> None:
    with pytest.raises(SourceError, match="the standard input is larger than 32 MB"):
        standard_input(BytesIO(b"x" * (LARGEST_FILE + 1)))
