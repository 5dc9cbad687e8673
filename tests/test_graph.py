from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.graph import Edge, View, block_address
from costlint.model import (
    UNKNOWN,
    AddBlock,
    AddResource,
    Edit,
    LinkedStr,
    Patch,
    Path,
    Reference,
    Region,
    RemoveResource,
    RemoveValue,
    Resource,
    SetValue,
    Span,
    Stack,
)
from costlint.model.editing import put

SPAN = Span("main.tf", 1, 1, 1, 10)
REGION = Region("us-east-1")


def resource(address: str, **attributes: object) -> Resource:
    kind = block_address(address).split(".")[-2]
    return Resource(address, kind, "aws", attributes, SPAN, REGION)


def stack(*resources: Resource) -> Stack:
    return Stack("s", "terraform", "", list(resources))


def edges(view: View) -> set[Edge]:
    """All edges, read from both ends, which must agree."""
    out = {edge for address in view.resources for edge in view.outgoing(address)}
    incoming = {edge for address in view.resources for edge in view.incoming(address)}
    assert out == incoming
    return out


def test_a_reference_links_both_ways() -> None:
    bucket = resource("aws_s3_bucket.a")
    lifecycle = resource("aws_s3_bucket_lifecycle_configuration.a", bucket=Reference("aws_s3_bucket.a", "id"))
    view = View(stack(bucket, lifecycle))
    assert view.referring("aws_s3_bucket.a") == [lifecycle]
    assert view.linked(lifecycle.address, "aws_s3_bucket") == [bucket]


def test_a_reference_to_a_whole_block_links_every_instance() -> None:
    view = View(stack(resource("x.a[0]"), resource("x.a[1]"), resource("y.b", ids=[Reference("x.a", "id")])))
    assert {r.address for r in view.referred("y.b")} == {"x.a[0]", "x.a[1]"}


def test_a_reference_is_followed_through_the_attribute_it_names() -> None:
    view = View(
        stack(
            resource("bucket.b"),
            resource("versioning.v", bucket=Reference("bucket.b", "id")),
            resource("lifecycle.l", bucket=Reference("versioning.v", "bucket")),
        )
    )
    assert {r.address for r in view.referred("lifecycle.l")} == {"versioning.v", "bucket.b"}


def test_patching_leaves_the_base_untouched() -> None:
    view = View(stack(resource("x.a", size=1)))
    patched = view.patched(Patch((SetValue("x.a", ("size",), 2), RemoveValue("x.a", ("nothing",)))))
    assert patched.resources["x.a"].attributes == {"size": 2}
    assert view.resources["x.a"].attributes == {"size": 1}


def test_a_patch_of_a_missing_resource_changes_nothing() -> None:
    view = View(stack(resource("x.a", size=1)))
    draft = view.draft()
    with pytest.raises(KeyError):
        draft.apply(Patch((SetValue("x.a", ("size",), 2), SetValue("x.b", ("size",), 2))))
    assert draft.resources["x.a"].attributes == {"size": 1}


def test_effective_tags_follow_an_edit_of_the_tags() -> None:
    tagged = resource("x.a", tags={"team": "ml"})
    tagged.tags = {"team": "ml", "from": "provider"}
    view = View(stack(tagged)).patched(Patch((SetValue("x.a", ("tags", "owner"), "me"),)))
    assert view.resources["x.a"].tags == {"team": "ml", "from": "provider", "owner": "me"}


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ({}, ("type",), {"type": "new"}),
        ({}, ("block", "type"), {"block": [{"type": "new"}]}),
        ({}, ("types", 0), {"types": ["new"]}),
        ({"types": ["a", "b"]}, ("types", 1), {"types": ["a", "new"]}),
        ({"block": [{"a": 1}]}, ("block", "type"), {"block": [{"a": 1, "type": "new"}]}),
        ({"block": [{"a": 1}, {}]}, ("block", 1, "type"), {"block": [{"a": 1}, {"type": "new"}]}),
        ({"map": {"a": 1}}, ("map", "type"), {"map": {"a": 1, "type": "new"}}),
    ],
)
def test_a_value_is_put_where_the_path_leads(before: dict[str, object], path: Path, after: dict[str, object]) -> None:
    assert put(before, path, "new") == after


ADDRESSES = ["x.a", "x.b[0]", "x.b[1]", "y.a", 'y.b["k"]', "module.m.y.c"]
NAMES = [*ADDRESSES, "x.b", "y.b", "x.missing"]
references = st.builds(Reference, st.sampled_from(NAMES), st.sampled_from(["", "id", "one", "two"]))
values = st.one_of(
    st.integers(0, 3),
    st.just(UNKNOWN),
    references,
    st.builds(lambda source: LinkedStr("text", (source,)), references),
    st.lists(references, max_size=2),
    st.lists(st.dictionaries(st.sampled_from(["one", "two"]), references, max_size=2), max_size=2),
)
attributes = st.dictionaries(st.sampled_from(["one", "two", "tags"]), values, max_size=3)
stacks = st.dictionaries(st.sampled_from(ADDRESSES), attributes, min_size=1)


def _edit(draw: st.DrawFn, present: list[str]) -> Edit:
    address = draw(st.sampled_from(sorted(present)))
    kind = draw(st.sampled_from(["set", "drop", "block", "remove", "add"]))
    path = draw(st.sampled_from([("one",), ("two",), ("two", "one"), ("one", 0)]))
    if kind == "set":
        return SetValue(address, path, draw(values))
    if kind == "drop":
        return RemoveValue(address, path)
    if kind == "block":
        return AddBlock(address, ("blocks",), draw(attributes))
    if kind == "remove":
        present.remove(address)
        return RemoveResource(address)
    new = draw(st.sampled_from(NAMES))
    if new not in present:
        present.append(new)
        return AddResource(new, block_address(new).split(".")[-2], address, draw(attributes))
    return SetValue(address, path, draw(values))


@given(st.data())
def test_an_overlay_equals_a_view_built_anew(data: st.DataObject) -> None:
    described = data.draw(stacks)
    view = View(stack(*(resource(address, **attrs) for address, attrs in described.items())))
    present = list(view.resources)
    for _ in range(data.draw(st.integers(1, 4))):
        count = data.draw(st.integers(0, 3))
        edits = tuple(data.draw(st.composite(lambda draw: _edit(draw, present))()) for _ in range(count) if present)
        view = view.patched(Patch(edits))
        anew = View(stack(*view.resources.values()))
        assert edges(view) == edges(anew)
        assert set(view.resources) == set(anew.resources) == set(present)
        assert len(view.resources) == len(present)
        for kind in ("x", "y"):
            assert {r.address for r in view.of_type(kind)} == {r.address for r in anew.of_type(kind)}
        for block in ("x.b", "x.a", "y.b"):
            assert {r.address for r in view.instances(block)} == {r.address for r in anew.instances(block)}
