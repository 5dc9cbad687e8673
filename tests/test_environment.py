"""Environments are inferred from evidence, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint import environment
from costlint.model import UNKNOWN, Environment, Region, Resource, Sign, Span, Stack


def resource(tags, name="a"):
    return Resource(
        f"aws_instance.{name}", "aws_instance", "aws", {}, Span("m.tf", 1, 1, 1, 1), Region("us-east-1"), tags=tags
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("prod", "prod"),
        ("PROD_EU", "prod"),
        ("acme-production-us-east-1", "prod"),
        ("myAppProd", "prod"),
        ("staging", "nonprod"),
        ("llm-dev", "nonprod"),
        ("non-prod", "nonprod"),
        ("acme_preprod", "nonprod"),
        ("product", None),
        ("devops", None),
        ("contest", None),
        ("latest", None),
        ("dev-prod-peering", None),
        ("", None),
    ],
)
def test_a_name_counts_only_as_a_whole_word_and_without_contradiction(name, kind):
    assert environment.named(name).kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "nonprod") for name in ("dev", "02-dev", "dev2", "nonprod-eu", "assets-staging", "sandbox", "stage")),
        *((name, "prod") for name in ("prod-eu-west-1", "prod_eastus2", "assets-prod", "envProd")),
        *((name, None) for name in ("agent-sandbox", "synthetic-test", "dev-desktops", "stage-1", "stage2", "live")),
        *((name, None) for name in ("playground", "playground-2")),
        *((name, None) for name in ("production-stack", "autoscaler-testing", "unit-test-fixture", "dev-to-prod", "")),
    ],
)
def test_a_directory_that_names_a_thing_names_no_environment(name, kind):
    assert environment.directory_named(name).kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "nonprod") for name in ("shop-dev-cluster", "dev/shop/terraform.tfstate", "members/cica-sandbox")),
        *((name, "nonprod") for name in ("test-cluster", "eks-staging", "acme-nonprod")),
        *((name, "prod") for name in ("tfstate-shop-prod", "prod-eu-west-1-eks", "live/production/app")),
        *((name, None) for name in ("production-stack", "infra/dev-desktop.tfstate", "ci-test-cluster", "shop")),
    ],
)
def test_a_cluster_or_state_file_may_name_an_environment(name, kind):
    assert environment.sign_named(name).kind == kind


@pytest.mark.parametrize(
    ("stack", "kind", "evidence"),
    [
        (Stack("s", "terraform", "envs/prod"), "prod", "path envs/prod"),
        (Stack("s", "terraform", "live", workspace="staging"), "nonprod", "workspace staging"),
        (Stack("s", "terraform", "infra", var_files=("envs/prod.tfvars",)), "prod", "var-file envs/prod.tfvars"),
        (Stack("s", "terraform", "infra", variables={"env": "qa"}), "nonprod", 'variable env = "qa"'),
        (Stack("s", "terraform", "prod/dev"), "nonprod", "path prod/dev"),
        (Stack("s", "terraform", "prod/eu/slot_staging"), "prod", "path prod/eu/slot_staging"),
        (Stack("s", "terraform", "acme-prod/shop-dev"), "nonprod", "path acme-prod/shop-dev"),
        (Stack("s", "terraform", "infra"), None, ""),
        (Stack("s", "terraform", "infra", variables={"environment": UNKNOWN}), None, ""),
    ],
)
def test_a_stacks_environment_comes_with_its_evidence(stack, kind, evidence):
    said = environment.of_stack(stack)
    assert (said.kind, said.evidence) == (kind, evidence)


def test_a_variable_file_named_as_its_root_names_no_environment():
    directory, file = "infra/synthetic-test", "vars/production/synthetic-test.tfvars"
    assert environment.of_stack(stack(directory=directory, path=directory, var_files=(file,))).kind == "prod"
    shop = "infra/shop-dev-portal"
    assert environment.of_stack(stack(directory=shop, var_files=("vars/shop-dev-portal-prod.tfvars",))).kind == "prod"


def test_stronger_evidence_wins_over_the_path():
    stack = Stack("s", "terraform", "envs/prod", var_files=("dev.tfvars",))
    assert environment.of_stack(stack).kind == "nonprod"


def test_tags_that_all_resources_agree_on_name_the_environment():
    stack = Stack("s", "terraform", "infra", [resource({"Environment": "dev"}), resource({}, "b")])
    assert environment.of_stack(stack).evidence == 'tag Environment = "dev"'


def test_tags_of_a_few_resources_do_not_speak_for_the_stack():
    one, *others = resource({"Environment": "production"}), resource({"Owner": "a"}, "b"), resource({"Owner": "a"}, "c")
    assert environment.of_stack(Stack("s", "terraform", "infra", [one, *others])) == Environment()
    assert environment.of_stack(Stack("s", "terraform", "infra", [one, others[0]])).kind == "prod"


def test_tags_that_disagree_leave_the_stack_unknown_but_count_for_each_resource():
    stack = Stack("s", "terraform", "infra", [resource({"env": "dev"}), resource({"env": "prod"}, "b")])
    environment.assign(stack)
    assert stack.environment.kind is None
    assert [r.environment.kind for r in stack.resources] == ["nonprod", "prod"]


def test_an_unknown_tag_says_nothing():
    stack = Stack("s", "terraform", "infra", [resource({"Environment": UNKNOWN})])
    assert environment.of_stack(stack) == Environment()


def stack(**changed):
    return Stack(**{"name": "live", "kind": "terraform", "path": "live", "directory": "../x/live", **changed})


def cluster(name, kind="aws_eks_cluster"):
    one = resource({}, str(name))
    one.type, one.attributes = kind, {"name": name}
    return one


@pytest.mark.parametrize(
    ("changed", "kind", "evidence"),
    [
        ({"var_files": ("../x/live/config/prod/eu.tfvars",)}, "prod", "var-file ../x/live/config/prod/eu.tfvars"),
        ({"var_files": ("../x/vars/integration/common.tfvars",)}, "nonprod", "var-file ../x/vars/integration/"),
        ({"var_files": ("../x/live/terraform.tfvars",)}, None, ""),
        ({"var_files": ("../x/vars/production/live.tfvars",)}, "prod", "var-file ../x/vars/production/live.tfvars"),
        ({"var_files": ("../x/live/aat.tfvars",)}, "nonprod", "var-file ../x/live/aat.tfvars"),
        ({"workspace": "perftest"}, "nonprod", "workspace perftest"),
        ({"workspace": "ithc2"}, "nonprod", "workspace ithc2"),
        ({"variables": {"acme_environment": "production"}}, "prod", 'variable acme_environment = "production"'),
        ({"variables": {"node_environment": "production"}}, None, ""),
        ({"variables": {"api_rails_env": "production"}}, None, ""),
        ({"variables": {"node_env": "production", "app_env": "dev"}}, "nonprod", 'variable app_env = "dev"'),
        (
            {"variables": {"env": "prod"}, "defaulted": frozenset(["env"])},
            "prod",
            'variable env = "prod", its default',
        ),
        ({"variables": {"env": "dev"}, "defaulted": frozenset(["env"])}, None, ""),
        ({"signs": (Sign("backend", "s3 key", "prod/eks.tfstate"),)}, "prod", 's3 key = "prod/eks.tfstate"'),
        ({"signs": (Sign("account", "project of provider google", "acme-dev"),)}, "nonprod", "project of provider"),
        ({"signs": (Sign("account", "allowed_account_ids of provider aws", "123456789012"),)}, None, ""),
        ({"resources": [cluster("prod-eu")]}, "prod", 'cluster "prod-eu"'),
        ({"resources": [cluster("prod"), cluster("dev", "google_container_cluster")]}, None, ""),
        ({"resources": [cluster(UNKNOWN)]}, None, ""),
        ({"resources": [cluster("x-dev")], "variables": {"n": "dev"}, "defaulted": frozenset(["n"])}, None, ""),
        ({"resources": [cluster("x-dev")], "variables": {"n": "dev"}}, "nonprod", 'cluster "x-dev"'),
    ],
)
def test_whatever_names_the_environment_is_evidence(changed, kind, evidence):
    said = environment.of_stack(stack(**changed))
    assert said.kind == kind
    assert said.evidence.startswith(evidence)


def test_the_strongest_evidence_counts_and_a_default_is_the_weakest():
    weak = {"variables": {"env": "prod"}, "defaulted": frozenset(["env"])}
    state = {"signs": (Sign("backend", "s3 key", "prod/x"),)}
    dev = {"signs": (Sign("backend", "s3 key", "dev/x"),)}
    assert environment.of_stack(stack(**weak, **dev)).kind == "nonprod"
    assert environment.of_stack(stack(**weak, path="live/dev")).kind == "nonprod"
    given_value = stack(variables={"env": "dev"}, **state)
    assert environment.of_stack(given_value).kind == "nonprod"
    assert environment.of_stack(stack(variables={"env": "dev"}, workspace="prod")).kind == "prod"


def test_a_variable_that_the_path_contradicts_says_nothing():
    assert environment.of_stack(stack(variables={"env": "staging"}, path="accounts/ci-prod")) == Environment()
    assert environment.of_stack(stack(variables={"env": "prod"}, path="accounts/ci-prod")).kind == "prod"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("live/prod/terraform.tfstate", "prod"),
        ("acme-prod-tfstate", "prod"),
        ("acme-staging-terraform-state", "nonprod"),
        ("eks/dev.tfstate", "nonprod"),
        ("simpleinfra/dev-desktop.tfstate", None),
        ("products.tfstate", None),
    ],
)
def test_the_place_of_the_state_tells_like_a_path(value, kind):
    assert environment.of_stack(stack(signs=(Sign("backend", "backend key", value),))).kind == kind


def test_tags_that_repeat_a_default_say_nothing():
    tagged = [resource({"env": "staging"}), resource({"env": "staging"}, "b")]
    presumed = stack(variables={"environment": "staging"}, defaulted=frozenset(["environment"]), resources=tagged)
    environment.assign(presumed)
    assert presumed.environment == Environment()
    assert {one.environment.kind for one in tagged} == {None}
    environment.assign(stack(variables={"environment": "staging"}, resources=tagged))
    assert {one.environment.kind for one in tagged} == {"nonprod"}


@pytest.mark.parametrize("path", ["services/integration", "perf", "tools/ci"])
def test_words_with_many_meanings_say_nothing_in_a_path(path):
    assert environment.of_stack(stack(path=path)).kind is None


def test_accounts_and_clusters_are_places():
    signs = (Sign("backend", "s3 key", "x"), Sign("account", "project of provider google", "acme"))
    assert environment.places(stack(signs=signs, resources=[cluster("blue")])) == ["acme", "blue"]


def test_a_given_environment_wins_for_every_resource_over_what_could_be_inferred():
    stack = Stack("s", "terraform", "envs/dev", [resource({"env": "dev"})])
    environment.assign(stack, environment.declared("production", evidence="--environment"))
    assert stack.environment.evidence == "--environment"
    assert stack.resources[0].environment.kind == "prod"


def test_a_name_nobody_can_place_is_kept_but_is_neither_kind():
    assert environment.declared("blue").kind is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_inference(text):
    assert environment.named(text).kind in ("prod", "nonprod", None)
