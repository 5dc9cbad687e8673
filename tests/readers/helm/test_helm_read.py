"""Which stacks charts make, with which values, and what is said about those that are not rendered."""

from __future__ import annotations

import pytest
from helm_trees import needs_helm, packed, reading, resource, stack_of, tree, value

from costlint.model import parse_path
from costlint.readers.helm.engines import Cluster

pytestmark = needs_helm

CHART = "apiVersion: v2\nname: app\nversion: 1.0.0\n"
DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  replicas: {{ .Values.replicas }}\n"
    "  template: {spec: {containers: [{name: app, image: app}]}}\n"
)
APP = {"app/Chart.yaml": CHART, "app/values.yaml": "replicas: 2\n", "app/templates/app.yaml": DEPLOYMENT}


def test_a_chart_is_a_stack_of_what_it_renders_to() -> None:
    stack = stack_of(tree("server"), "server")
    assert [(one.type, one.name) for one in stack.resources] == [
        ("ConfigMap", "server-server"),
        ("Deployment", "server-server"),
        ("PersistentVolumeClaim", "server-server"),
    ]
    assert (stack.kind, stack.variant, stack.alternative, stack.library) == ("helm", False, False, False)


def test_an_object_stands_where_its_template_begins_it() -> None:
    stack = stack_of(tree("models"), "models")
    places = {one.address: (one.span.file, one.span.line) for one in stack.resources}
    assert places["Deployment/models-mixtral"] == ("models/templates/models.yaml", 4)
    assert places["PersistentVolumeClaim/models-llama"] == ("models/templates/models.yaml", 31)


def test_an_object_of_a_library_stands_in_the_helper_that_writes_it() -> None:
    found = resource(stack_of(tree("gateway", "common"), "gateway"), "Deployment/gateway-proxy")
    assert (found.span.file, found.span.line) == ("common/templates/_deployment.tpl", 2)


def test_libraries_and_parts_of_other_charts_are_no_stacks() -> None:
    found, problems = reading(tree("gateway", "common", "platform"))
    assert [stack.name for stack in found.stacks] == ["gateway", "platform"]
    assert problems == []


@pytest.mark.parametrize(
    ("file", "stack", "kind"),
    [
        ("values-prod.yaml", "app [values-prod.yaml]", "prod"),
        ("values.staging.yaml", "app [values.staging.yaml]", "nonprod"),
        ("values/dev.yaml", "app [values/dev.yaml]", "nonprod"),
        ("env/prod/values.yaml", "app [env/prod/values.yaml]", "prod"),
        ("qa-values.yaml", "app [qa-values.yaml]", "nonprod"),
    ],
)
def test_values_of_an_environment_make_its_stack(file: str, stack: str, kind: str) -> None:
    from costlint.environment import of_stack

    found, _ = reading({**APP, f"app/{file}": "replicas: 9\n"})
    assert [one.name for one in found.stacks] == [stack]
    assert of_stack(found.stacks[0]).kind == kind
    assert value(found.stacks[0].resources[0], "spec.replicas") == 9


def test_environments_of_a_chart_are_alternatives_of_each_other() -> None:
    found, _ = reading(tree("staged"))
    assert [(one.name, one.alternative, one.variant) for one in found.stacks] == [
        ("staged [values-dev.yaml]", True, False),
        ("staged [values-prod.yaml]", True, False),
        ("staged [ci/large-values.yaml]", False, True),
    ]


def test_other_values_are_variants_beside_the_charts_own() -> None:
    found, _ = reading({**APP, "app/values-example.yaml": "replicas: 7\n", "app/ci/prod-values.yaml": "replicas: 8\n"})
    assert [(one.name, one.variant) for one in found.stacks] == [
        ("app", False),
        ("app [ci/prod-values.yaml]", True),
        ("app [values-example.yaml]", True),
    ]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("values-other.yaml", "nothing: the chart knows\n"),
        ("values-object.yaml", "apiVersion: v1\nkind: ConfigMap\nreplicas: 3\n"),
        ("templates/values-x.yaml", "replicas: 3\n"),
        ("values-empty.yaml", "# nothing yet\n"),
    ],
)
def test_what_is_no_values_file_of_the_chart_is_left_alone(file: str, text: str) -> None:
    found, problems = reading({**APP, f"app/{file}": text})
    assert [one.name for one in found.stacks] == ["app"]
    assert problems == []


def test_the_configuration_says_which_values_are_deployed() -> None:
    files = {**APP, "app/values-blue.yaml": "replicas: 7\n"}
    found, _ = reading(files, named=lambda directory, given: given == ("app/values-blue.yaml",))
    assert [(one.name, one.variant) for one in found.stacks] == [("app [values-blue.yaml]", False)]


def test_what_only_runs_in_tests_is_left_out() -> None:
    kinds = {one.type for one in stack_of(tree("server"), "server").resources}
    assert "Deployment" in kinds
    assert "Pod" not in kinds


def test_a_missing_dependency_is_named_and_leaves_the_rest() -> None:
    chart = CHART + "dependencies:\n  - {name: redis, version: 18.x, repository: 'https://charts.example.com'}\n"
    found, _ = reading({**APP, "app/Chart.yaml": chart})
    (stack,) = found.stacks
    assert stack.unread == ("chart redis",)
    assert [note.message for note in stack.diagnostics] == [
        "a dependency is not here, so the chart is rendered without: redis (https://charts.example.com) "
        "(costlint charts fetch brings them in)"
    ]
    assert [one.address for one in stack.resources] == ["Deployment/app"]


def test_a_dependency_that_is_switched_off_is_not_missed() -> None:
    stack = stack_of(tree("platform"), "platform")
    assert (stack.unread, stack.diagnostics) == ((), [])


def test_a_chart_that_needs_a_library_that_is_not_here_says_so() -> None:
    found, problems = reading(tree("gateway"))
    assert (found.stacks, found.unread) == ([], ["gateway"])
    assert [(one.severity, str(one)) for one in problems] == [
        (
            "warning",
            "gateway/Chart.yaml: the chart is not rendered: it needs what is not here, common (file://../common, not "
            "in this tree)",
        )
    ]


@pytest.mark.parametrize(
    ("template", "severity", "said"),
    [
        (
            'a: {{ required "name the model" .Values.model }}\n',
            "warning",
            "app/templates/app.yaml:1:7: the chart is not rendered: name the model",
        ),
        (
            "a:\n  b: {{ .Values.server.image.tag }}\n",
            "warning",
            "app/templates/app.yaml:2:16: the chart is not rendered: .Values.server.image.tag needs values that are "
            "not given here",
        ),
        (
            "a: {{ trunc 3 .Values.image.name }}\n",
            "warning",
            "app/templates/app.yaml:1:22: the chart is not rendered: .Values.image.name needs values that are not "
            "given here",
        ),
        (
            "a: {{ trunc 3 $.Values.place }}\n",
            "warning",
            "app/templates/app.yaml:1:16: the chart is not rendered: $.Values.place needs values that are not given "
            "here",
        ),
        (
            'a: {{ index .Values "sizes" "small" }}\n',
            "warning",
            'app/templates/app.yaml:1:7: the chart is not rendered: index .Values "sizes" "small" needs values that '
            "are not given here",
        ),
        (
            "a:\n\n  b: {{ .Values.replicas\n",
            "error",
            "app/templates/app.yaml:3:1: the chart is not rendered: unclosed action started at "
            "app/templates/app.yaml:3",
        ),
    ],
)
def test_a_template_that_fails_is_a_sentence_with_its_place(template: str, severity: str, said: str) -> None:
    found, problems = reading({**APP, "app/templates/app.yaml": template, "other/Chart.yaml": CHART})
    assert [(one.severity, str(one)) for one in problems] == [(severity, said)]
    assert [one.name for one in found.stacks] == ["other"]


def test_a_chart_that_refuses_its_values_by_its_schema_says_so() -> None:
    schema = '{"properties": {"replicas": {"type": "integer", "maximum": 1}}}'
    _, problems = reading({**APP, "app/values.schema.json": schema})
    assert [one.severity for one in problems] == ["warning"]
    assert "the chart is not rendered: values don't meet the specifications" in problems[0].message
    assert "maximum: got 2, want 1" in problems[0].message


@pytest.mark.parametrize(
    "reference",
    [
        '{"$ref": "https://example.com/definitions.json#/image"}',
        '{"$schema": "https://example.com/schema", "type": "integer"}',
        '{"anyOf": [{"\\u0024ref": "file:///definitions.json"}]}',
        '{"$ref": "definitions.json"}',
    ],
)
def test_a_schema_that_leads_elsewhere_is_not_followed_and_the_chart_is_rendered(reference: str) -> None:
    schema = f'{{"properties": {{"replicas": {reference}}}}}'
    found, problems = reading({**APP, "app/values.schema.json": schema})
    assert [one.name for one in found.stacks] == ["app"]
    assert [(one.severity, one.file) for one in problems] == [("note", "app/values.schema.json")]
    assert "which a scan does not fetch: values are not checked against it" in problems[0].message


def test_references_inside_of_a_schema_are_followed() -> None:
    schema = '{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"few": {"maximum": 1}}, ' + (
        '"properties": {"replicas": {"$ref": "#/definitions/few"}}}'
    )
    _, problems = reading({**APP, "app/values.schema.json": schema})
    assert "maximum: got 2, want 1" in problems[0].message


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("values.yaml", "replicas: 2\nimage: [\n", "app/values.yaml:3:1"),
        ("values.yaml", "- a list\n", "app/values.yaml:1:1"),
        ("Chart.yaml", "name: [\n", "app/Chart.yaml:2:1"),
        ("Chart.yaml", "name: ../escape\n", "app/Chart.yaml:1:1"),
    ],
)
def test_broken_yaml_is_a_sentence_with_its_place(file: str, text: str, place: str) -> None:
    found, problems = reading({**APP, f"app/{file}": text})
    assert found.stacks == []
    assert [str(one).partition(": ")[0] for one in problems] == [place]
    assert problems[0].severity == "error"


def test_what_renders_to_broken_yaml_is_told_at_the_template() -> None:
    template = DEPLOYMENT + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n"
    found, _ = reading({**APP, "app/templates/app.yaml": template})
    (stack,) = found.stacks
    assert [one.address for one in stack.resources] == ["Deployment/app"]
    assert [(one.severity, one.file) for one in stack.diagnostics] == [("error", "app/templates/app.yaml")]
    assert stack.diagnostics[0].line >= 10


def test_charts_are_told_the_version_of_the_cluster_and_what_it_has() -> None:
    template = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n"
        "  version: {{ .Capabilities.KubeVersion.Minor | quote }}\n"
        '  keda: {{ .Capabilities.APIVersions.Has "keda.sh/v1alpha1" | quote }}\n'
        '  policy: {{ .Capabilities.APIVersions.Has "policy/v1" | quote }}\n'
    )
    files = {**APP, "app/templates/app.yaml": template}
    found, _ = reading(files, cluster=Cluster("1.29", ("keda.sh/v1alpha1",)))
    data = value(found.stacks[0].resources[0], "data")
    assert data == {"version": "29", "keda": "true", "policy": "true"}


def test_a_chart_that_asks_for_api_versions_is_rendered_with_them() -> None:
    guard = '{{ if not (.Capabilities.APIVersions.Has "example.com/v1") }}{{ fail "install it first" }}{{ end }}\n'
    found, problems = reading({**APP, "app/templates/guard.yaml": guard})
    assert problems == []
    assert [str(one) for one in found.stacks[0].diagnostics] == [
        "app/Chart.yaml: the chart is rendered only for clusters with example.com/v1: so it is here"
    ]


def test_of_two_objects_with_one_address_the_first_counts() -> None:
    found, _ = reading({**APP, "app/templates/more.yaml": DEPLOYMENT})
    (stack,) = found.stacks
    assert [one.address for one in stack.resources] == ["Deployment/app"]
    assert "Deployment/app is rendered at app/templates/app.yaml:1:1 as well" in stack.diagnostics[0].message


def test_comments_in_values_and_templates_and_annotations_accept_findings() -> None:
    template = (
        "{{/* costlint:ignore=K8S001 the vendor says so */}}\n" + DEPLOYMENT + "---\napiVersion: v1\nkind: Service\n"
        "metadata:\n  name: app\n  annotations: {costlint.io/ignore: 'K8S002 one for all'}\n"
    )
    values = "# costlint:ignore=K8S003 the launch\nreplicas: 2\n"
    stack = stack_of({**APP, "app/values.yaml": values, "app/templates/app.yaml": template}, "app")
    assert sorted((one.file, one.line, one.rules, one.reason) for one in stack.suppressions) == [
        ("app/templates/app.yaml", 2, ("K8S001",), "the vendor says so"),
        ("app/templates/app.yaml", 9, ("K8S002",), "one for all"),
        ("app/values.yaml", 2, ("K8S003",), "the launch"),
    ]


class TestLocating:
    def test_what_is_not_there_would_be_written_at_the_empty_key(self) -> None:
        found = resource(stack_of(tree("gateway", "common"), "gateway"), "Deployment/gateway-proxy")
        location = found.locator.locate(parse_path("spec.template.spec.affinity.podAffinity"))
        assert location is not None
        assert (location.chain[-1].what, location.exact) == ("values proxy.affinity", False)

    def test_what_is_added_to_a_map_would_be_written_where_the_map_is(self) -> None:
        found = resource(stack_of(tree("server"), "server"), "Deployment/server-server")
        location = found.locator.locate(parse_path("spec.template.spec.containers.0.resources.limits.cpu"))
        assert location is not None
        assert (location.span.file, location.chain[-1].what) == ("server/values.yaml", "values resources.limits")
        assert not location.exact

    def test_a_map_stands_where_its_values_do(self) -> None:
        found = resource(stack_of(tree("server"), "server"), "Deployment/server-server")
        location = found.locator.locate(parse_path("spec.template.spec.containers.0.resources"))
        assert location is not None
        assert location.chain[-1].what == "values resources"

    def test_the_way_leads_from_the_object_over_the_template_to_the_values(self) -> None:
        found = resource(stack_of(tree("staged"), "staged [values-prod.yaml]"), "StatefulSet/staged")
        location = found.locator.locate(("spec", "replicas"))
        assert location is not None
        assert [(origin.what, str(origin.span)) for origin in location.chain] == [
            ("StatefulSet/staged", "staged/templates/server.yaml:1:1"),
            ("template server.yaml", "staged/templates/server.yaml:6:3"),
            ("values replicas", "staged/values-prod.yaml:1:11"),
        ]
        assert location.name == "staged/values-prod.yaml: replicas"

    def test_a_value_of_a_packed_chart_is_set_anew_in_the_values_around_it(self) -> None:
        inner = {
            "inner/Chart.yaml": "apiVersion: v2\nname: inner\nversion: 1.0.0\n",
            "inner/values.yaml": "replicas: 3\n",
            "inner/templates/app.yaml": DEPLOYMENT,
        }
        files: dict[str, str | bytes] = {
            "outer/Chart.yaml": "apiVersion: v2\nname: outer\nversion: 1.0.0\n",
            "outer/values.yaml": "other: 1\ninner:\n  name: x\n",
            "outer/charts/inner-1.0.0.tgz": packed(inner),
        }
        found = resource(stack_of(files, "outer"), "Deployment/app")
        location = found.locator.locate(("spec", "replicas"))
        assert location is not None
        assert (location.span.file, location.span.line, location.exact) == ("outer/values.yaml", 3, False)
        assert location.chain[-1].what == "values inner.replicas of outer/charts/inner-1.0.0.tgz"

    def test_a_value_that_is_different_every_time_stands_in_the_template(self) -> None:
        template = "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  key: {{ randAlphaNum 20 }}\n"
        found = resource(stack_of({**APP, "app/templates/app.yaml": template}, "app"), "Secret/x")
        location = found.locator.locate(("stringData", "key"))
        assert location is not None
        assert (location.span.file, location.span.line) == ("app/templates/app.yaml", 5)


def test_values_of_several_documents_are_rendered_together() -> None:
    files: dict[str, str | bytes] = {
        "x/Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n",
        "x/values.yaml": "replicas: 1\nname: a\n---\nreplicas: 3\n",
        "x/templates/a.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n"
        "spec: {replicas: {{ .Values.replicas }}, minReadySeconds: 5}\n",
    }
    deployment = resource(stack_of(files, "x"), "Deployment/x")
    assert deployment.get("spec.replicas") == 3
    location = deployment.locator.locate(("spec", "replicas"))
    assert location is not None
    assert str(location.span).startswith("x/values.yaml:4:11")
