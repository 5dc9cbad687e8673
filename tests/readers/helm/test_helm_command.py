"""Rendering with a `helm` on the PATH: what it is asked, and how its answer is read."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest
from helm_trees import packed

from costlint.readers.helm import engines
from costlint.readers.helm.engines import Cluster, HelmCommand, NativeEngine, Package, RenderFailure, by_template

ARCHIVE = packed({"app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n"})
APP = Package("app", lambda: ARCHIVE, api_versions=("keda.sh/v1",))


def helm(directory: Path, program: str) -> str:
    """A stand-in for helm: a program in Python."""
    path = directory / "helm"
    path.write_text(f"#!{sys.executable}\nimport json, sys\n{program}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    return str(path)


def test_helm_is_asked_with_the_chart_the_values_and_the_cluster(tmp_path: Path) -> None:
    program = (
        "arguments = sys.argv[1:]\n"
        "values = json.load(open(arguments[arguments.index('--values') + 1]))\n"
        "archive = open(arguments[2], 'rb').read()\n"
        "told = [each for each in arguments if 'costlint-' not in each]\n"
        "print('---\\n# Source: app/templates/x.yaml\\n' + json.dumps([told, values, archive[:2].hex()]))"
    )
    engine = HelmCommand(helm(tmp_path, program), Cluster("1.31", ("example.com/v1",)))
    rendered = engine.render(APP, {"replicas": 3})
    told, values, magic = json.loads(rendered["app/templates/x.yaml"])
    assert (values, magic) == ({"replicas": 3}, "1f8b")
    assert told[:2] == ["template", "app"]
    assert told[told.index("--kube-version") + 1] == "1.31"
    assert [told[place + 1] for place, each in enumerate(told) if each == "--api-versions"] == [
        "example.com/v1",
        "keda.sh/v1",
    ]


def test_only_the_template_that_is_wanted_is_given() -> None:
    text = "---\n# Source: a/templates/x.yaml\na: 1\n---\n# Source: a/templates/y.yaml\nb: 2\n"
    assert by_template(text) == {"a/templates/x.yaml": "a: 1\n", "a/templates/y.yaml": "b: 2\n"}


def test_documents_of_one_template_stay_together() -> None:
    text = (
        "---\n# Source: a/templates/x.yaml\na: 1\n---\n# Source: a/templates/y.yaml\nb: 2\n"
        "---\n# Source: a/templates/x.yaml\nc: 3\n"
    )
    assert by_template(text)["a/templates/x.yaml"] == "a: 1\n---\nc: 3\n"


def test_what_helm_complains_about_is_what_went_wrong(tmp_path: Path) -> None:
    complaint = "Error: execution error at (app/templates/x.yaml:1:3): name the model"
    engine = HelmCommand(helm(tmp_path, f"sys.exit({complaint!r})"))
    with pytest.raises(RenderFailure) as failure:
        engine.render(APP, {})
    assert failure.value.message == complaint.removeprefix("Error: ")
    assert not failure.value.limit


def test_a_helm_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    engine = HelmCommand(helm(tmp_path, "import threading; threading.Event().wait()"), seconds=0.5)
    with pytest.raises(RenderFailure, match=r"longer than 0\.5 seconds") as failure:
        engine.render(APP, {})
    assert failure.value.limit


def test_helm_has_no_more_memory_than_a_chart_may_take(tmp_path: Path) -> None:
    program = "import resource; print('---\\n# Source: app/x\\n' + str(resource.getrlimit(resource.RLIMIT_AS)[0]))"
    rendered = HelmCommand(helm(tmp_path, program)).render(APP, {}, "app/x")
    assert int(rendered["app/x"]) == engines.ADDRESS_SPACE


@pytest.mark.parametrize(
    ("installed", "on_the_path", "expected"),
    [(True, True, NativeEngine), (False, True, HelmCommand), (False, False, type(None))],
)
def test_the_engine_of_the_sdk_comes_before_the_command(
    installed: bool, on_the_path: bool, expected: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if installed else None)
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/helm" if on_the_path else None)
    assert type(engines.open_engine.__wrapped__(Cluster())) is expected
