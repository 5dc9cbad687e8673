from __future__ import annotations

import pytest
from policy_stacks import CATALOG, resource, stack, subject

from costlint.graph import View
from costlint.model import UNKNOWN, LinkedStr, Reference, Resource, Span, UnresolvedModule
from costlint.model.verdicts import Verdict
from costlint.policy import CheckSettings
from costlint.policy.match import compile_match
from costlint.policy.subject import Context, Subject

ADDRESS = Reference("aws_eip.a", "id")


def idle(*others: Resource, name: object = None, **more: object) -> Verdict:
    own = {} if name is None else {"name": name}
    return compile_match({"referenced": False}, "resource").test(subject(resource("aws_eip.a", **own), *others, **more))


def data(**attributes: object) -> Resource:
    made = resource("aws_eip.lookup", **attributes)
    made.data = True
    return made


def test_a_resource_nothing_refers_to_is_idle() -> None:
    assert idle(resource("aws_instance.b", subnet_id="subnet-1")) is True


def test_a_resource_another_one_refers_to_is_in_use() -> None:
    assert idle(resource("aws_nat_gateway.b", allocation_id=ADDRESS)) is False


@pytest.mark.parametrize(
    "user",
    [
        {"exported": frozenset({"aws_eip.a"})},
        {"unresolved": [UnresolvedModule("module.m", "x/y", Span("main.tf", 1, 1, 1, 1), {"eips": [ADDRESS]})]},
    ],
    ids=["an output", "a module that is not here"],
)
def test_a_resource_handed_to_someone_outside_may_be_in_use(user: dict[str, object]) -> None:
    assert idle(**user) is None


def test_a_resource_a_data_source_looks_up_may_be_in_use() -> None:
    assert idle(data(public_ip=LinkedStr("1.2.3.4", (ADDRESS,)))) is None


def test_a_user_that_may_not_exist_leaves_it_open() -> None:
    assert idle(resource("aws_nat_gateway.b", allocation_id=ADDRESS, exists=UNKNOWN)) is None


def test_an_instance_is_in_use_where_its_block_is_handed_on() -> None:
    made = stack(resource("aws_eip.a[0]"), exported=frozenset({"aws_eip.a"}))
    view = View(made)
    on = Subject(made.resources[0], Context(view, {}, CATALOG, CheckSettings().today))
    assert compile_match({"referenced": False}, "resource").test(on) is None


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("ingress", {"annotation": {"static-ip": "ingress"}}, None),
        ("ingress", {"annotation": {"static-ip": "other"}}, True),
        ("ingress", {"name": "ingress"}, True),
        (UNKNOWN, {}, None),
    ],
    ids=["named in plain text", "another is named", "only a namesake", "the name is not known"],
)
def test_a_name_written_out_may_be_meant(name: object, other: dict[str, object], expected: Verdict) -> None:
    assert idle(resource("helm_release.b", **other), name=name) is expected


def test_a_resource_may_ask_what_else_the_stack_deploys() -> None:
    pattern = compile_match({"stack.count.aws_eks_cluster": 0}, "resource")
    assert pattern.test(subject(resource("aws_eip.a"))) is True
    assert pattern.test(subject(resource("aws_eip.a"), resource("aws_eks_cluster.b"))) is False


def test_a_resource_is_known_by_the_name_of_its_block() -> None:
    assert compile_match({"label": {"matches": "^access_logs$"}}, "resource").test(
        subject(resource("module.m.aws_s3_bucket.access_logs[0]"))
    )
