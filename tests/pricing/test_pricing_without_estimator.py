"""Types nobody prices: free, not priced yet, or of a provider whose prices are not known."""

import pytest
from stack_of import estimate_of, resource


@pytest.mark.parametrize(
    "kind", ["aws_iam_role", "google_alloydb_user", "github_repository", "grafana_dashboard", "opensearch_role"]
)
def test_settings_and_objects_inside_a_service_cost_nothing_themselves(kind: str) -> None:
    estimate = estimate_of(resource(f"{kind}.a"))
    assert (estimate.free, estimate.unpriced) == (True, ())


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("aws_made_up", "aws_made_up is not priced yet"),
        ("nobody_thing", "no prices of the provider nobody are known"),
        (
            "helm_release",
            "what Helm makes a cluster run is not read from Terraform; its nodes are billed as such",
        ),
        ("alicloud_instance", "billed by Alibaba Cloud, whose prices are not in the catalog"),
        ("vsphere_virtual_machine", "machines of your own (VMware vSphere) have no list price"),
    ],
)
def test_what_has_no_price_says_whether_its_provider_has_any(kind: str, reason: str) -> None:
    assert estimate_of(resource(f"{kind}.a")).unpriced == (reason,)
