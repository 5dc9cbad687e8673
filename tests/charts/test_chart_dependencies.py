"""What charts of the tree depend on is fetched like any other chart, and they render with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from loopback import LoopbackServer, Reply, tarred

from costlint.charts import Outcome, asked_for, fetch
from costlint.cli import costlint
from costlint.cli.failures import run
from costlint.config import Config
from costlint.model import Resource, Stack
from costlint.pipeline import scan, survey
from costlint.readers.helm.engines import Cluster, NativeEngine, open_engine
from costlint.readers.helm.pins import LOCK_NAME

needs_helm = pytest.mark.skipif(open_engine(Cluster()) is None, reason="nothing here renders charts")

WORKLOAD = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: %s}\nspec: {replicas: {{ .Values.replicas }}}\n"


def chart(name: str, version: str = "1.0.0", **files: str) -> dict[str, str]:
    """A chart with one workload, named after its values."""
    return {
        f"{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\n",
        f"{name}/values.yaml": "replicas: 3\n",
        f"{name}/templates/workload.yaml": WORKLOAD % "{{ .Chart.Name }}",
        **files,
    }


def serve(server: LoopbackServer, *charts: Mapping[str, str]) -> str:
    """An HTTP repository with these charts; its URL."""
    entries: dict[str, list[dict[str, object]]] = {}
    for files in charts:
        name, declared = next((path.split("/")[0], text) for path, text in files.items() if "/Chart.yaml" in path)
        version = yaml.safe_load(declared)["version"]
        archive = tarred(files)
        server.routes[f"/charts/{name}-{version}.tgz"] = Reply(body=archive)
        digest = hashlib.sha256(archive).hexdigest()
        entries.setdefault(name, []).append({"version": version, "urls": [f"{name}-{version}.tgz"], "digest": digest})
    index = yaml.safe_dump({"apiVersion": "v1", "entries": entries})
    server.routes["/charts/index.yaml"] = Reply(body=index.encode())
    return f"{server.url}/charts"


def serve_oci(server: LoopbackServer, files: Mapping[str, str], name: str, version: str) -> str:
    """An OCI registry with one chart."""
    archive = tarred(files)
    digest = f"sha256:{hashlib.sha256(archive).hexdigest()}"
    layer = {"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": digest}
    server.routes[f"/v2/team/{name}/tags/list"] = Reply(body=json.dumps({"tags": [version]}).encode())
    server.routes[f"/v2/team/{name}/manifests/{version}"] = Reply(body=json.dumps({"layers": [layer]}).encode())
    server.routes[f"/v2/team/{name}/blobs/{digest}"] = Reply(body=archive)
    return f"oci://{server.host}/team"


def write(files: Mapping[str, str]) -> None:
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)


def depending(*dependencies: Mapping[str, object], **files: str) -> None:
    """A chart in the repository that declares these dependencies."""
    declared = yaml.safe_dump({"dependencies": list(dependencies)})
    write(chart("app", **{"app/Chart.yaml": f"apiVersion: v2\nname: app\nversion: 1.0.0\n{declared}", **files}))


def fetched(server: LoopbackServer) -> Outcome:
    return fetch(["."], Config(), lambda *_: None, False, frozenset((server.host,)))


def rendered() -> Stack:
    (stack,) = survey(["."], Config())
    return stack


def replicas(stack: Stack) -> dict[str, object]:
    return {one.address: one.get("spec.replicas") for one in stack.resources}


def place(resource: Resource, *path: str) -> tuple[str, bool]:
    found = resource.locator.locate(path)
    assert found is not None
    return str(found.span), found.exact


def resource(stack: Stack, address: str) -> Resource:
    return next(one for one in stack.resources if one.address == address)


@needs_helm
def test_a_chart_is_rendered_with_what_it_depends_on(server: LoopbackServer) -> None:
    url = serve(server, chart("redis", "18.1.0"), chart("redis", "19.0.0"))
    depending({"name": "redis", "version": "^18", "repository": url})
    before = rendered()
    assert (replicas(before), before.unread) == ({"StatefulSet/app": 3}, ("chart redis",))
    outcome = fetched(server)
    assert [(pin.chart, pin.resolved) for pin in outcome.fetched] == [("redis", "18.1.0")]
    server.stop()
    after = rendered()
    assert (replicas(after), after.unread) == ({"StatefulSet/app": 3, "StatefulSet/redis": 3}, ())
    assert after.diagnostics == []


@needs_helm
def test_values_given_to_a_dependency_stand_where_they_are_given(server: LoopbackServer) -> None:
    url = serve(server, chart("redis"), chart("qdrant"))
    depending(
        {"name": "redis", "version": "1.x", "repository": url},
        {"name": "qdrant", "version": "1.x", "repository": url},
        **{"app/values.yaml": "replicas: 1\nredis:\n  replicas: 5\nqdrant:\n  other: 1\n"},
    )
    fetched(server)
    stack = rendered()
    assert replicas(stack) == {"StatefulSet/app": 1, "StatefulSet/redis": 5, "StatefulSet/qdrant": 3}
    assert place(resource(stack, "StatefulSet/redis"), "spec", "replicas") == ("app/values.yaml:3:13", True)
    # What only the fetched chart sets can be set anew in the values around it.
    assert place(resource(stack, "StatefulSet/qdrant"), "spec", "replicas") == ("app/values.yaml:5:3", False)
    assert stack.outside == {
        f"{name}@1.0.0/{name}/{file}"
        for name in ("redis", "qdrant")
        for file in ("values.yaml", "templates/workload.yaml")
    }


@needs_helm
def test_aliases_of_one_chart_are_fetched_once_and_rendered_each(server: LoopbackServer) -> None:
    url = serve(server, chart("redis"))
    depending(
        {"name": "redis", "version": "1.x", "repository": url, "alias": "cache"},
        {"name": "redis", "version": "1.x", "repository": url, "alias": "queue"},
        **{"app/values.yaml": "replicas: 1\ncache: {replicas: 5}\nqueue: {replicas: 7}\n"},
    )
    assert len(fetched(server).fetched) == 1
    assert replicas(rendered()) == {"StatefulSet/app": 1, "StatefulSet/cache": 5, "StatefulSet/queue": 7}


@needs_helm
def test_two_versions_of_one_chart_are_two_charts(server: LoopbackServer) -> None:
    old = chart("redis", "1.0.0", **{"redis/values.yaml": "replicas: 11\n"})
    url = serve(server, old, chart("redis", "2.0.0"))
    depending(
        {"name": "redis", "version": "1.x", "repository": url, "alias": "old"},
        {"name": "redis", "version": "2.x", "repository": url, "alias": "new"},
    )
    fetched(server)
    assert replicas(rendered()) == {"StatefulSet/app": 3, "StatefulSet/old": 11, "StatefulSet/new": 3}


@needs_helm
def test_conditions_are_left_to_helm(server: LoopbackServer) -> None:
    url = serve(server, chart("redis"))
    depending(
        {"name": "redis", "version": "1.x", "repository": url, "condition": "redis.enabled"},
        **{"app/values.yaml": "replicas: 1\nredis: {enabled: false}\n"},
    )
    fetched(server)
    assert replicas(rendered()) == {"StatefulSet/app": 1}


@needs_helm
def test_requirements_of_older_charts_come_from_an_oci_registry(server: LoopbackServer) -> None:
    repository = serve_oci(server, chart("redis", "1.4.0"), "redis", "1.4.0")
    requirements = yaml.safe_dump({"dependencies": [{"name": "redis", "version": "~1", "repository": repository}]})
    old = {"app/Chart.yaml": "apiVersion: v1\nname: app\nversion: 1.0.0\n", "app/requirements.yaml": requirements}
    write(chart("app", **old))
    assert [str(one.span) for one in asked_for(["."], Config())] == ["app/requirements.yaml:2:3"]
    assert not fetched(server).failures
    assert "StatefulSet/redis" in replicas(rendered())


@pytest.mark.parametrize(
    ("lock", "chosen"),
    [
        ("1.1.0", "1.1.0"),
        ("2.0.0", "1.2.0"),
        ("nonsense", "1.2.0"),
        ("", "1.2.0"),
    ],
    ids=["fits", "of another range", "no version", "absent"],
)
def test_the_lock_of_the_chart_chooses_the_version_where_it_fits(
    server: LoopbackServer, lock: str, chosen: str
) -> None:
    url = serve(server, *(chart("redis", version) for version in ("1.0.0", "1.1.0", "1.2.0", "2.0.0")))
    one = {"name": "redis", "version": "^1.0", "repository": url}
    depending(one)
    if lock:
        write({"app/Chart.lock": yaml.safe_dump({"dependencies": [{**one, "version": lock}], "digest": "sha256:0"})})
    assert [pin.resolved for pin in fetched(server).fetched] == [chosen]


def test_what_a_fetched_chart_needs_from_elsewhere_is_fetched_as_well(server: LoopbackServer) -> None:
    url = f"{server.url}/charts"
    needs = f"apiVersion: v2\nname: outer\nversion: 1.0.0\ndependencies: [{{name: inner, repository: '{url}'}}]\n"
    serve(server, chart("outer", **{"outer/Chart.yaml": needs}), chart("inner"))
    depending({"name": "outer", "version": "1.x", "repository": url})
    assert [pin.chart for pin in fetched(server).fetched] == ["outer", "inner"]
    assert [one.here for one in asked_for(["."], Config())] == [True, True]


def test_what_is_vendored_or_in_the_tree_is_not_fetched(server: LoopbackServer) -> None:
    url = serve(server)
    depending(
        {"name": "redis", "version": "1.x", "repository": url},
        {"name": "lib", "version": "1.x", "repository": "file://../lib"},
        {"name": "held", "version": "1.x", "repository": ""},
        **{f"app/charts/{path}": text for path, text in chart("redis").items()},
    )
    assert asked_for(["."], Config()) == []


def test_a_repository_may_be_called_as_helm_repo_add_did(server: LoopbackServer, repository: Path) -> None:
    url = serve(server, chart("redis"), chart("qdrant"))
    depending(
        {"name": "redis", "version": "1.x", "repository": "@mine"},
        {"name": "qdrant", "version": "1.x", "repository": "alias:mine"},
    )
    said = {why for _, why in fetched(server).failures}
    assert said == {'no repository is called "mine" here: helm repo add mine URL, then again'}
    config = repository.parent / "home/.config/helm/repositories.yaml"
    config.parent.mkdir(parents=True)
    config.write_text(f"repositories:\n- {{name: mine, url: {url}}}\n")
    assert [pin.repository for pin in fetched(server).fetched] == ["@mine", "alias:mine"]


def test_a_dependency_is_listed_with_the_line_that_asks_for_it(
    server: LoopbackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = serve(server, chart("redis"))
    depending({"name": "redis", "repository": url, "version": "^1"})
    assert run(costlint, ["charts", "list"]) == 0
    assert capsys.readouterr().out == (
        f"app/Chart.yaml:5:3  redis ^1 ({url})\n    ✗ not here: costlint charts fetch\n"
        "0 of 1 chart from elsewhere can be read\n"
    )


@needs_helm
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"redis/values.yaml": "a: 1\n"}, "redis@1.0.0/redis/Chart.yaml: no such file or directory"),
        (chart("redis", **{"redis/Chart.yaml": "name: ["}), "redis@1.0.0/redis/Chart.yaml:2:1: "),
        (chart("redis", **{"redis/values.yaml": "a: [\n"}), "redis@1.0.0/redis/values.yaml:2:1: "),
    ],
    ids=["no chart", "broken declaration", "broken values"],
)
def test_a_package_that_is_no_chart_is_a_sentence_and_the_rest_goes_on(
    server: LoopbackServer, files: Mapping[str, str], said: str
) -> None:
    server.routes["/charts/redis.tgz"] = Reply(body=tarred(files))
    entry = {"version": "1.0.0", "urls": ["redis.tgz"]}
    index = {"entries": {"redis": [entry]}}
    server.routes["/charts/index.yaml"] = Reply(body=yaml.safe_dump(index).encode())
    depending({"name": "redis", "version": "1.x", "repository": f"{server.url}/charts"})
    write(chart("sound"))
    fetched(server)
    report = scan(["."], Config())
    diagnostics = [str(one) for one in report.diagnostics]
    assert [one.stack.name for one in report.stacks] == ["sound"]
    assert any(one.startswith(said) for one in diagnostics), diagnostics


@needs_helm
def test_a_package_that_was_changed_in_the_cache_is_not_used(server: LoopbackServer, tmp_path: Path) -> None:
    depending({"name": "redis", "version": "1.x", "repository": serve(server, chart("redis"))})
    fetched(server)
    for manifest in (tmp_path / "cache" / "modules").glob("*/manifest"):
        manifest.write_text("tampered")
    stack = rendered()
    assert (replicas(stack), stack.unread) == ({"StatefulSet/app": 3}, ("chart redis",))


def test_a_lock_file_of_charts_that_is_broken_is_a_sentence() -> None:
    depending({"name": "redis", "version": "1.x", "repository": "https://charts.example.com"})
    Path(LOCK_NAME).write_text("{")
    assert f"{LOCK_NAME} is no lock file of charts: delete it and fetch again" in [
        one.message for one in scan(["."], Config()).diagnostics
    ]


@needs_helm
@pytest.mark.parametrize("inside", ["../../../app", "../app", "../../..", "/etc"])
def test_a_fetched_chart_reaches_nothing_outside_its_package(server: LoopbackServer, inside: str) -> None:
    declared = f"dependencies: [{{name: app, version: 1.x, repository: 'file://{inside}'}}]\n"
    outer = f"apiVersion: v2\nname: outer\nversion: 1.0.0\n{declared}"
    url = serve(server, chart("outer", **{"outer/Chart.yaml": outer}))
    depending({"name": "outer", "version": "1.x", "repository": url})
    assert not fetched(server).failures
    stack = rendered()
    assert (replicas(stack), stack.unread) == ({"StatefulSet/app": 3, "StatefulSet/outer": 3}, ("chart app",))


@needs_helm
def test_a_bomb_in_a_fetched_chart_ends_in_a_sentence_and_the_rest_goes_on(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("costlint.readers.helm.read.open_engine", lambda cluster: NativeEngine(cluster, seconds=3.0))
    url = serve(server, chart("bomb", **{"bomb/templates/x.yaml": "{{ range until 2000000000 }}x{{ end }}"}))
    depending({"name": "bomb", "version": "1.x", "repository": url})
    write(chart("sound"))
    fetched(server)
    report = scan(["."], Config())
    assert [one.stack.name for one in report.stacks] == ["sound"]
    (said,) = [str(one) for one in report.diagnostics if "is not rendered" in one.message]
    assert said.startswith("app/Chart.yaml: the chart is not rendered: rendering takes ")
