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
        ("helm_release", "helm_release is not priced yet"),
        ("alicloud_instance", "no prices of the provider alicloud are known"),
        ("digitalocean_droplet", "no prices of the provider digitalocean are known"),
    ],
)
def test_what_has_no_price_says_whether_its_provider_has_any(kind: str, reason: str) -> None:
    assert estimate_of(resource(f"{kind}.a")).unpriced == (reason,)
