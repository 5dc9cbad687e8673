"""Resources that cannot be told apart share one estimate, and it is the one a fresh look gives."""

from __future__ import annotations

import pytest
from aws_stack import CATALOG, ref, resource, view_of
from hypothesis import given, settings
from hypothesis import strategies as st

from costlint.graph import View
from costlint.model import UNKNOWN, AddResource, LinkedStr, PartialList, PartialMap, Patch, Resource, SetValue
from costlint.pricing import Pricer, estimate
from costlint.pricing.estimators import estimated_types

TYPES = sorted(kind for kind in estimated_types() if kind.startswith("aws_"))
READ = (
    "instance_type", "root_block_device", "ebs_block_device", "volume_size", "volume_type", "size", "type", "iops",
    "min_size", "max_size", "desired_capacity", "launch_template", "bucket", "rule", "engine", "instance_class",
    "allocated_storage", "multi_az", "tenancy", "subnet_id", "vpc_id", "cluster_identifier", "autoscaling_group_name",
    "instance", "monitoring", "transition", "days", "storage_class", "status", "load_balancer_arn", "name",
)  # fmt: skip
NAMES = ("one", "two", "three", "four")

references = st.builds(
    lambda kind, name: ref(f"{kind}.{name}"), st.sampled_from(TYPES), st.sampled_from((*NAMES, "missing"))
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 1.0, "1", 100, "gp3", "m5.large", "t3.micro", "db.m5.large", "mysql", "STANDARD_IA"]),
    st.just(UNKNOWN),
    references,
    references.map(lambda source: LinkedStr("text", (source,))),
)
blocks = st.dictionaries(st.sampled_from(READ), scalars, max_size=3)
values = st.one_of(scalars, scalars, st.lists(blocks, max_size=2), st.lists(blocks, max_size=1).map(PartialList))
attributes = st.dictionaries(st.sampled_from(READ), values, max_size=4)


@st.composite
def stacks(draw: st.DrawFn) -> list[Resource]:
    """A few resources of few types and fewer sets of attributes, so that many are alike."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True))
    described = draw(st.lists(attributes, min_size=1, max_size=2))
    kind = st.builds(lambda attrs, partial: PartialMap(attrs) if partial else attrs, st.sampled_from(described), rarely)
    return [resource(f"{k}.{name}", **draw(kind)) for k in kinds for name in NAMES]


rarely = st.sampled_from([False, False, True])


@given(st.lists(stacks(), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_a_shared_estimate_is_the_one_a_fresh_look_gives(several: list[list[Resource]]) -> None:
    """One ledger for all stacks, as for all views of a run; attributes read later must not confuse earlier ones."""
    price = Pricer(CATALOG)
    for resources in several:
        view = view_of(*resources)
        found = price(view)
        assert found == {r.address: estimate(r, view, CATALOG) for r in resources}
        changed = view.patched(Patch((SetValue(resources[0].address, ("size",), 7),)))
        assert price(changed) == {a: estimate(r, changed, CATALOG) for a, r in changed.resources.items()}


def test_resources_that_read_alike_share_one_estimate() -> None:
    volumes = [resource(f"aws_ebs_volume.v{i}", size=100, type="gp3", tags={"Name": str(i)}) for i in range(3)]
    first, second, third = Pricer(CATALOG)(view_of(*volumes)).values()
    assert first is second
    assert second is third


@pytest.mark.parametrize(
    "other",
    [
        resource("aws_ebs_volume.other", size=200, type="gp3"),
        resource("aws_ebs_volume.other", "eu-central-1", size=100, type="gp3"),
        resource("aws_ebs_volume.other", size=100),
    ],
    ids=["size", "region", "default type"],
)
def test_resources_that_read_differently_do_not(other: Resource) -> None:
    one = resource("aws_ebs_volume.one", size=100, type="gp3")
    first, second = Pricer(CATALOG)(view_of(one, other)).values()
    assert first != second


def test_a_neighbour_tells_resources_apart() -> None:
    buckets = [resource(f"aws_s3_bucket.{name}") for name in ("plain", "aged", "bare")]
    rule = {"status": "Enabled", "transition": [{"days": 30, "storage_class": "GLACIER"}]}
    ageing = resource("aws_s3_bucket_lifecycle_configuration.l", bucket=ref("aws_s3_bucket.aged"), rule=[rule])
    found = Pricer(CATALOG)(view_of(*buckets, ageing))
    assert found["aws_s3_bucket.plain"] is found["aws_s3_bucket.bare"]
    assert found["aws_s3_bucket.aged"] != found["aws_s3_bucket.plain"]


def test_a_neighbour_added_by_a_patch_is_seen() -> None:
    price, view = Pricer(CATALOG), view_of(resource("aws_s3_bucket.a"), resource("aws_s3_bucket.b"))
    before = price(view)
    rule = {"status": "Enabled", "transition": [{"days": 30, "storage_class": "GLACIER"}]}
    kind = "aws_s3_bucket_lifecycle_configuration"
    added = AddResource(f"{kind}.a", kind, "aws_s3_bucket.a", {"bucket": ref("aws_s3_bucket.a"), "rule": [rule]})
    after = price(view.patched(Patch((added,))))
    assert after["aws_s3_bucket.a"].monthly < before["aws_s3_bucket.a"].monthly
    assert after["aws_s3_bucket.b"] is before["aws_s3_bucket.b"]


def test_a_reason_that_names_its_resource_stays_with_it() -> None:
    volumes = [resource(f"aws_ebs_volume.{name}", size=UNKNOWN) for name in ("one", "two")]
    for address, found in Pricer(CATALOG)(view_of(*volumes)).items():
        assert any(address in reason for reason in found.unpriced)


def test_an_estimate_that_rests_on_the_whole_view_is_made_anew() -> None:
    """Dedicated instances pay one fee a region: only the first of them does."""
    machines = [resource(f"aws_instance.m{i}", instance_type="m5.large", tenancy="dedicated") for i in range(3)]
    view: View = view_of(*machines)
    first, second, third = Pricer(CATALOG)(view).values()
    assert first.monthly.likely > second.monthly.likely == third.monthly.likely
