"""What a hostile chart may do: end in a sentence, while the rest goes on."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from helm_trees import needs_helm, packed, reading, resource, stack_of, value

from costlint.model import Diagnostic
from costlint.readers.helm import engines, limits
from costlint.readers.helm.engines import Cluster, NativeEngine, Package, RenderFailure
from costlint.readers.helm.read import read_charts
from costlint.sources import MemorySource, open_directory

CHART = "apiVersion: v2\nname: {}\nversion: 1.0.0\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n"
SOUND = {"sound/Chart.yaml": CHART.format("sound"), "sound/templates/x.yaml": MAP + "  a: b\n"}

BOMBS = {
    "repeat": '  a: {{ repeat 1000000000 "abcdefghij" | len }}\n',
    "until": "{{ range until 2000000000 }}x{{ end }}\n",
    "nested ranges": "{{ range until 100000 }}{{ range until 100000 }}{{ print . | trunc 0 }}{{ end }}{{ end }}\n",
    "a template that renders itself": '{{ tpl "{{ tpl .x . }}" (dict "x" "{{ tpl .x . }}{{ tpl .x . }}") }}\n',
    "doubling": "{{ $x := list 1 }}{{ range until 60 }}{{ $x = concat $x $x }}{{ end }}{{ len $x }}\n",
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("costlint.readers.helm.read.open_engine", lambda cluster: NativeEngine(cluster, seconds=3.0))


@needs_helm
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_ends_in_a_sentence_and_the_rest_goes_on(bomb: str) -> None:
    files = {"bomb/Chart.yaml": CHART.format("bomb"), "bomb/templates/x.yaml": MAP + bomb, **SOUND}
    found, problems = reading(files)
    assert [stack.name for stack in found.stacks] == ["sound"]
    assert found.unread == ["bomb"]
    (problem,) = problems
    assert problem.severity == "error"
    assert problem.message.startswith("the chart is not rendered")
    assert problem.file.startswith("bomb/")


@needs_helm
def test_an_engine_that_was_killed_is_started_again() -> None:
    engine = NativeEngine(Cluster(), seconds=2.0)
    bomb = packed({"x/Chart.yaml": CHART.format("x"), "x/templates/x.yaml": "{{ range until 2000000000 }}x{{ end }}"})
    sound = packed({"app/Chart.yaml": CHART.format("app"), "app/templates/app.yaml": "a: {{ .Values.b }}"})
    package = Package("app", lambda: sound)
    assert engine.render(package, {"b": 1}) == {"app/templates/app.yaml": "a: 1"}
    with pytest.raises(RenderFailure) as failure:
        engine.render(Package("x", lambda: bomb), {})
    assert failure.value.limit
    assert engine.render(package, {"b": 2}) == {"app/templates/app.yaml": "a: 2"}
    engine.close()


@needs_helm
def test_links_that_lead_out_of_the_tree_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("top secret")
    tree = tmp_path / "tree"
    (tree / "app/templates").mkdir(parents=True)
    (tree / "app/Chart.yaml").write_text(CHART.format("app"))
    (tree / "app/leak.txt").symlink_to(tmp_path / "secret.txt")
    (tree / "app/passwd").symlink_to("/etc/passwd")
    (tree / "app/templates/x.yaml").write_text(
        MAP + '  leak: {{ .Files.Get "leak.txt" | quote }}\n  users: {{ .Files.Get "passwd" | quote }}\n'
    )
    source, selected = open_directory(tree)
    problems: list[Diagnostic] = []
    found = read_charts(source, source.files(selected), [selected], problems)
    assert value(found.stacks[0].resources[0], "data") == {"leak": "", "users": ""}
    assert len(problems) == 2
    assert all("leads out of the scanned tree and is not read: left out of the chart" in str(one) for one in problems)


@needs_helm
def test_links_inside_the_tree_are_read(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/x.yaml").write_text(MAP + "  a: b\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/Chart.yaml").write_text(CHART.format("app"))
    (tmp_path / "app/templates").symlink_to(tmp_path / "shared")
    source, selected = open_directory(tmp_path)
    found = read_charts(source, source.files(selected), [selected], [])
    assert [one.address for one in found.stacks[0].resources] == ["ConfigMap/x"]


@needs_helm
@pytest.mark.parametrize("repository", ["file://../../../etc", "file:///etc", "file://../../outside"])
def test_dependencies_outside_the_tree_are_missing(repository: str) -> None:
    chart = CHART.format("app") + f"dependencies: [{{name: lib, version: 1.x, repository: '{repository}'}}]\n"
    stack = stack_of({"app/Chart.yaml": chart, "app/templates/x.yaml": MAP + "  a: b\n"}, "app")
    assert stack.unread == ("chart lib",)


@needs_helm
def test_charts_that_bring_each_other_along_end_in_a_sentence() -> None:
    one = CHART.format("one") + "dependencies: [{name: two, version: 1.x, repository: 'file://../two'}]\n"
    two = CHART.format("two") + "dependencies: [{name: one, version: 1.x, repository: 'file://../one'}]\n"
    top = CHART.format("top") + "dependencies: [{name: one, version: 1.x, repository: 'file://../one'}]\n"
    found, problems = reading({"one/Chart.yaml": one, "two/Chart.yaml": two, "top/Chart.yaml": top, **SOUND})
    assert [stack.name for stack in found.stacks] == ["sound"]
    assert "it brings itself along" in problems[0].message


@needs_helm
def test_a_large_file_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("costlint.readers.helm.gathering.LARGEST_MEMBER", 1024**2)
    _, problems = reading({**SOUND, "sound/weights.bin": b"0" * (1024**2 + 1)})
    assert [str(one) for one in problems] == [
        "sound/weights.bin: this file is larger than 1 MB, more than Helm takes: left out of the chart"
    ]


@needs_helm
def test_a_chart_that_is_too_large_is_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("costlint.readers.helm.gathering.LARGEST_CHART", 1024**2)
    large = {f"large/{number}.bin": b"0" * 300_000 for number in range(4)}
    found, problems = reading({"large/Chart.yaml": CHART.format("large"), **large, **SOUND})
    assert [stack.name for stack in found.stacks] == ["sound"]
    assert [str(one) for one in problems] == [
        "large/Chart.yaml: the chart and what it brings along are larger than 1 MB"
    ]


def bomb_in_a_package() -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        entry = tarfile.TarInfo("inner/zeros")
        entry.size = limits.LARGEST_CHART + 1024
        archive.addfile(entry, io.BytesIO(bytes(entry.size)))
    return written.getvalue()


@needs_helm
@pytest.mark.parametrize(
    ("package", "said"),
    [
        (b"no archive at all", "this file is no archive that can be read"),
        (b"\x1f\x8b\x08\x00broken", "this file is no archive that can be read"),
        (packed({"x/other.txt": "x"}), "this file is no packed chart"),
        (packed({"x/Chart.yaml": "name: ["}), "this file is no chart that can be read"),
    ],
)
def test_a_package_that_is_none_is_a_sentence(package: bytes, said: str) -> None:
    found, problems = reading({"app/Chart.yaml": CHART.format("app"), "app/charts/x-1.0.0.tgz": package, **SOUND})
    assert [stack.name for stack in found.stacks] == ["sound"]
    assert str(problems[0]).startswith(f"app/charts/x-1.0.0.tgz: {said}")


@needs_helm
def test_a_package_that_unpacks_to_too_much_is_a_sentence() -> None:
    files = {"app/Chart.yaml": CHART.format("app"), "app/charts/x-1.0.0.tgz": bomb_in_a_package()}
    found, problems = reading(files)
    assert found.stacks == []
    assert str(problems[0]) == "app/charts/x-1.0.0.tgz: this file unpacks to more than 64 MB and is not read"


@needs_helm
def test_values_are_rendered_as_they_are_and_not_run() -> None:
    values = 'a: "{{ .Files.Get `/etc/passwd` }}"\n'
    template = MAP + "  a: {{ .Values.a | quote }}\n  b: {{ tpl .Values.a $ | quote }}\n"
    files = {"x/Chart.yaml": CHART.format("x"), "x/values.yaml": values, "x/templates/x.yaml": template}
    found = resource(stack_of(files, "x"), "ConfigMap/x")
    assert found.attributes["data"] == {"a": "{{ .Files.Get `/etc/passwd` }}", "b": ""}


def test_without_helm_one_line_says_how_many_charts_are_not_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("costlint.readers.helm.read.open_engine", lambda cluster: None)
    files = {**SOUND, "other/Chart.yaml": CHART.format("other")}
    source, problems = MemorySource(files), []
    found = read_charts(source, source.files(), [""], problems)
    assert (found.stacks, found.unread) == ([], ["other", "sound"])
    assert [str(one) for one in problems] == [f"other: 2 charts are not rendered: {engines.MISSING}"]
