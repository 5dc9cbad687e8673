"""Broken and hostile manifests, charts and overlays: a sentence each, and the finding beside them is still told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from command_lines import Run

needs_helm = pytest.mark.skipif(find_spec("helm_python") is None, reason="helm-python-sdk is not installed")

CHART = "apiVersion: v2\nname: server\nversion: 1.0.0\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
ALIASES = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


def _write(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path("infra") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _link_out() -> None:
    Path("secret.yaml").write_text("replicas: 12345\n")
    _write({"chart/Chart.yaml": CHART, "chart/templates/x.yaml": MAP})
    Path("infra/chart/values.yaml").symlink_to("../../secret.yaml")


def _chart(**files: str) -> Callable[[], None]:
    return lambda: _write(
        {"chart/Chart.yaml": CHART} | {f"chart/{name.replace('__', '/')}": files[name] for name in files}
    )


HOSTILE: dict[str, tuple[Callable[[], None], str]] = {
    "broken YAML": (lambda: _write({"k8s/a.yaml": MAP + "data: {a: [b\n"}), "infra/k8s/a.yaml:"),
    "tabs": (lambda: _write({"k8s/a.yaml": MAP + "data:\n\ta: b\n"}), "infra/k8s/a.yaml:"),
    "aliases that expand": (
        lambda: _write({"k8s/a.yaml": MAP + "data:\n  a0: &a0 x\n" + ALIASES}),
        "infra/k8s/a.yaml:",
    ),
    "100,000 documents": (
        lambda: _write({"k8s/a.yaml": "---\n".join(MAP.replace("x", f"x{n}") for n in range(100_000))}),
        "more than 50,000 documents",
    ),
    "a kustomization that names the outside": (
        lambda: _write({"k8s/kustomization.yaml": "resources: [../../../../etc/passwd]\n"}),
        "infra/k8s/kustomization.yaml:1:",
    ),
}
CHARTS: dict[str, tuple[Callable[[], None], str]] = {
    "a template that fails": (
        _chart(**{"templates__x.yaml": MAP + "data: {a: {{ .Values.a.b.c }}}\n"}),
        "infra/chart/templates/x.yaml:",
    ),
    "a template that does not end": (_chart(**{"templates__x.yaml": MAP + "{{ if }"}), "infra/chart/templates/x.yaml"),
    "values that are a list": (
        _chart(**{"values.yaml": "[1, 2]\n", "templates__x.yaml": MAP}),
        "infra/chart/values.yaml",
    ),
    "repeat": (
        _chart(**{"templates__x.yaml": MAP + 'data: {a: {{ repeat 1000000000 "abcdefghij" | len }}}\n'}),
        "the chart is not rendered",
    ),
    "a values file through a link out of the tree": (_link_out, "infra/chart/values.yaml"),
    "a dependency outside the tree": (
        lambda: _write(
            {
                "chart/Chart.yaml": CHART
                + "dependencies: [{name: away, version: 1.0.0, repository: 'file://../../../away'}]\n",
                "chart/templates/x.yaml": MAP,
            }
        ),
        "away",
    ),
}


@pytest.mark.parametrize(
    ("write", "said"),
    [
        *(pytest.param(*case, id=name) for name, case in HOSTILE.items()),
        *(pytest.param(*case, id=name, marks=needs_helm) for name, case in CHARTS.items()),
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_the_rest_goes_on(
    here: Path, costlint_: Run, write: Callable[[], None], said: str
) -> None:
    write()
    outcome = costlint_("scan", "infra", "--output", "json")
    assert outcome.found == ["STO001 infra/good.tf:8"]
    assert any(said in told for told in outcome.told), outcome.told
    assert "Traceback" not in outcome.err
    assert "12345" not in outcome.out


def test_without_a_chart_the_helm_library_is_not_loaded(here: Path) -> None:
    _write({"k8s/a.yaml": MAP, "k8s/values.yaml": "replicas: 2\n"})
    program = (
        "import sys\nfrom costlint.cli import costlint\n"
        "try: costlint(['scan', 'infra', '--no-config'])\n"
        "except SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if 'helm' in name))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\n[]\n")
