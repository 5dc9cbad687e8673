from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_stacks import NONPROD, PROD, resource, subject

from costlint.model import (
    UNKNOWN,
    Environment,
    LinkedStr,
    PartialList,
    PartialMap,
    Reference,
    Region,
    Unknown,
    UnresolvedModule,
)
from costlint.model.verdicts import Verdict
from costlint.policy.match import compile_match, elements_at
from costlint.policy.reading import PatternError

HERE = Reference("other.b", "id")
TESTS = [
    ("gp2", "gp2", True),
    ("gp2", LinkedStr("gp2", (HERE,)), True),
    ("gp2", "gp3", False),
    ("gp2", None, False),
    ("gp2", UNKNOWN, None),
    ("gp2", HERE, None),
    (20, "20", True),
    (20, 20.0, True),
    (True, "true", True),
    (True, 1, False),
    ("1", True, False),
    (["gp2", "io1"], "io1", True),
    (["gp2", "io1"], "st1", False),
    ({"one_of": [1, 2]}, 2, True),
    ({"at_least": 3}, 3, True),
    ({"at_least": 3}, "2", False),
    ({"at_least": 3}, None, False),
    ({"not": {"at_most": 3}}, None, True),
    ({"at_least": 3}, UNKNOWN, None),
    ({"at_least": 3}, "many", None),
    ({"more_than": 1, "less_than": 3}, 2, True),
    ({"more_than": 1, "less_than": 2}, 2, False),
    ({"more_than": "1Gi"}, "2048Mi", True),
    ({"less_than": 1}, "500m", True),
    ({"equals": "other"}, 7, True),
    ({"equals": "missing"}, 7, False),
    ({"equals": {"value": "other"}}, "other", True),
    ({"at_most": {"attribute": "other", "times": 2, "plus": 1}}, 15, True),
    ({"at_most": {"attribute": "other", "times": 2}}, 15, False),
    ({"at_most": "unknown"}, 15, None),
    ({"matches": "^db\\."}, "db.m5", True),
    ({"matches": "^db\\."}, "m5", False),
    ({"matches": "x"}, UNKNOWN, None),
    ({"contains": "a"}, ["a", "b"], True),
    ({"contains": "a"}, PartialList(["b"]), None),
    ({"contains": "a"}, [UNKNOWN, "a"], True),
    ({"contains": "a"}, [UNKNOWN], None),
    ({"contains": "a"}, {"a": 1}, True),
    ({"contains": "a"}, PartialMap({"b": 1}), None),
    ({"length": {"more_than": 1}}, [1, 2], True),
    ({"length": {"more_than": 1}}, PartialList([1, 2]), None),
    ({"length": 0}, None, True),
    ("absent", None, True),
    ("absent", "", False),
    ("absent", [], True),
    ("absent", PartialList(), None),
    ("absent", PartialMap(), None),
    ("absent", UNKNOWN, None),
    ("absent", HERE, False),
    (None, None, True),
    ("present", HERE, True),
    ("present", Reference("data.thing.x", "id"), None),
    ("present", Unknown((HERE,)), None),
    ({"present": False}, None, True),
    ({"absent": True}, 0, False),
    ({"any": ["a", {"matches": "^b"}]}, "bc", True),
    ({"all": [{"matches": "b"}, {"matches": "c"}]}, "bc", True),
    ({"size": 1}, [{"size": 2}, {"size": 1}], True),
    ({"size": 1}, [{"size": 2}], False),
    ({"size": 1}, PartialList([{"size": 2}]), None),
    ({"size": 1}, None, False),
    ({"size": "absent"}, None, False),
    ({"every": {"size": 1}}, [{"size": 1}, {"size": 2}], False),
    ({"every": {"size": 1}}, PartialList([{"size": 1}]), None),
    ({"some_key": {"matches": "(?i)^own"}}, {"Owner": "ml"}, True),
    ({"some_key": {"matches": "(?i)^own"}}, {"team": "owner"}, False),
    ({"some_key": {"matches": "(?i)^own"}}, PartialMap({"team": "ml"}), None),
    ({"some_key": ["a", "b"]}, PartialMap({"a": UNKNOWN}), True),
    ({"some_key": "a"}, UNKNOWN, None),
    ({"some_key": "a"}, None, False),
    ({"none": {"size": 1}}, [{"size": 2}], True),
    ({"some": {"value": "x"}}, ["x"], True),
    ({"size": {"more_than": "resource.other"}}, [{"size": 8}], True),
]


def verdict(pattern: dict[str, Any], *, of: Any = None, beside: tuple[Any, ...] = (), **attributes: object) -> Verdict:
    made = of or resource("x.a", **attributes)
    return compile_match(pattern, "resource").test(subject(made, *beside))


@pytest.mark.parametrize(("test", "value", "expected"), TESTS)
def test_a_value_passes_its_test(test: object, value: object, expected: Verdict) -> None:
    attributes = {"unknown": UNKNOWN, "other": 7, **({} if value is None else {"v": value})}
    assert verdict({"v": test}, **attributes) is expected


@given(st.sampled_from(TESTS), st.sampled_from(TESTS))
def test_any_all_and_not_follow_kleene(one: tuple[Any, Any, Verdict], other: tuple[Any, Any, Verdict]) -> None:
    attributes = {"other": 7, "unknown": UNKNOWN, "v": one[1], "w": other[1]}
    made = subject(resource("x.a", **attributes))
    first, second = {"v": one[0]}, {"w": other[0]}

    def told(pattern: dict[str, Any]) -> Verdict:
        return compile_match(pattern, "resource").test(made)

    assert told({"any": [first, second]}) == told({"not": {"all": [{"not": first}, {"not": second}]}})
    assert told({**first, **second}) == told({"all": [second, first]})


@pytest.mark.parametrize(("test", "value", "expected"), TESTS)
def test_a_test_of_something_unknown_is_unknown(test: object, value: object, expected: Verdict) -> None:
    assert verdict({"v": test}, v=UNKNOWN, other=7, unknown=UNKNOWN) is None


@pytest.mark.parametrize(("value", "expected"), [("xy", True), ("ab", False), (None, False), (UNKNOWN, False)])
def test_what_is_not_known_is_not_sure(value: object, expected: bool) -> None:
    assert verdict({"v": {"surely": {"matches": "x"}}}, v=value) is expected
    assert verdict({"v": {"not": {"surely": {"matches": "x"}}}}, v=value) is not expected


def test_a_missing_key_of_a_partly_unknown_map_is_unknown() -> None:
    made = resource("x.a", tags=PartialMap(team="ml"))
    made.tags = PartialMap(team="ml")
    assert verdict({"tags.owner": "absent"}, of=made) is None
    assert verdict({"tags.team": "ml"}, of=made) is True


def test_a_default_stands_in_for_an_absent_attribute() -> None:
    made = resource("x.a", defaults={"type": "gp2", "root.kind": "gp2"}, root=[{}])
    assert verdict({"type": "gp2", "root.kind": "gp2"}, of=made) is True
    assert verdict({"root": {"kind": "gp2"}}, of=made) is True
    assert verdict({"type": "absent"}, of=made) is False


def test_a_leading_dot_makes_a_fact_an_attribute() -> None:
    made = resource("x.a", region=Region("eu-west-1"))
    made.attributes = {"region": "written", "any": 1}
    assert verdict({"region": "eu-west-1", ".region": "written", ".any": 1}, of=made) is True


def test_an_assumed_region_is_unknown() -> None:
    assert verdict({"region": "us-east-1"}, of=resource("x.a", region=Region("us-east-1", True))) is None


@pytest.mark.parametrize(
    ("wanted", "environment", "expected"),
    [
        ("nonprod", NONPROD, True),
        ("nonprod", PROD, False),
        ("nonprod", Environment(), None),
        (["dev", "sandbox"], NONPROD, True),
        (["sandbox"], NONPROD, False),
        (["sandbox"], Environment("nonprod"), None),
        (["sandbox"], Environment(None, "sandbox"), True),
        ("prod", Environment(None, "odd"), None),
    ],
)
def test_an_unknown_environment_is_neither(wanted: object, environment: Environment, expected: Verdict) -> None:
    assert verdict({"environment": wanted}, of=resource("x.a", environment=environment)) is expected


UNLINKED = {"not_linked": {"type": "policy", "via": "target"}}


class TestLinks:
    def test_a_reference_links(self) -> None:
        policy = resource("policy.p", target=Reference("x.a", "id"))
        assert verdict(UNLINKED, beside=(policy,)) is False
        assert verdict({"linked": {"type": "policy"}}, beside=(policy,)) is True

    def test_nothing_of_the_type_is_certainly_not_linked(self) -> None:
        assert verdict(UNLINKED, name="a") is True

    def test_a_reference_elsewhere_does_not_link(self) -> None:
        policy = resource("policy.p", target=Reference("x.b", "id"))
        assert verdict(UNLINKED, beside=(policy, resource("x.b"))) is True

    def test_an_unknown_linking_attribute_may_link(self) -> None:
        assert verdict(UNLINKED, beside=(resource("policy.p", target=UNKNOWN),)) is None

    def test_an_unknown_attribute_beside_the_linking_one_does_not_matter(self) -> None:
        policy = resource("policy.p", target=Reference("x.b", "id"), days=UNKNOWN)
        assert verdict(UNLINKED, beside=(policy, resource("x.b"))) is True

    def test_without_via_any_unknown_attribute_may_link(self) -> None:
        policy = resource("policy.p", days=UNKNOWN)
        assert verdict({"not_linked": {"type": "policy"}}, beside=(policy,)) is None

    def test_a_known_text_that_names_the_resource_may_link(self) -> None:
        policy = resource("policy.p", target="table/orders")
        assert verdict(UNLINKED, of=resource("x.a", name="orders"), beside=(policy,)) is None
        assert verdict(UNLINKED, of=resource("x.a", name="other"), beside=(policy,)) is True

    def test_a_resource_that_may_not_exist_may_link(self) -> None:
        policy = resource("policy.p", target=Reference("x.a"), exists=UNKNOWN)
        assert verdict(UNLINKED, beside=(policy,)) is None

    def test_a_module_that_is_not_here_and_received_the_reference_may_link(self) -> None:
        made = resource("x.a")
        module = UnresolvedModule("module.m", "registry", made.span, {"bucket": Reference("x.a", "id")})
        found = compile_match(UNLINKED, "resource").test(subject(made, unresolved=[module]))
        assert found is None

    def test_the_other_side_is_tested_with_where(self) -> None:
        policies = (
            resource("policy.p", target=Reference("x.a"), days=7),
            resource("policy.q", target=Reference("x.a")),
        )
        assert verdict({"linked": {"type": "policy", "where": {"days": 7}}}, beside=policies) is True
        assert verdict({"linked": {"type": "policy", "where": {"days": 8}}}, beside=policies) is False
        assert verdict({"linked": {"type": "policy", "at_least": 2}}, beside=policies) is True
        assert verdict({"linked": {"type": "policy", "at_least": 3}}, beside=policies) is False

    def test_where_may_hold_links_again(self) -> None:
        chain = (resource("policy.p", target=Reference("x.a"), user=Reference("user.u")), resource("user.u"))
        assert verdict({"linked": {"type": "policy", "where": {"linked": {"type": "user"}}}}, beside=chain) is True


@pytest.mark.parametrize(
    "regex",
    [
        "(a+)+$",
        "((a)+)+$",
        "^(a|a)*$",
        "(a|aa)+$",
        "(a|b|ab)*c",
        "(?:a?){30}a{30}$",
        ".*.*.*.*.*.*=",
        "(a|a)" * 50 + "b",
    ],
)
def test_no_regular_expression_takes_forever(regex: str) -> None:
    assert verdict({"name": {"matches": regex}}, name="a" * 1_990 + "!") in (False, None)


@pytest.mark.parametrize(
    ("value", "path", "expected", "more"),
    [
        ({"disk": [{"n": 1}, {"n": 2}]}, "disk", [("disk", 0), ("disk", 1)], False),
        ({"disk": PartialList([{"n": 1}])}, "disk", [("disk", 0)], True),
        ({"disk": UNKNOWN}, "disk", [], True),
        ({}, "disk", [], False),
        (PartialMap(), "disk", [], True),
        (
            {"rule": [{"to": [{}, {}]}, {"to": [{}]}]},
            "rule.to",
            [("rule", 0, "to", 0), ("rule", 0, "to", 1), ("rule", 1, "to", 0)],
            False,
        ),
        ({"map": {"a": 1, "b": 2}}, "map", [("map", "a"), ("map", "b")], False),
        ({"types": ["m5", UNKNOWN]}, "types", [("types", 0)], True),
    ],
)
def test_each_finds_every_item(value: dict[str, object], path: str, expected: list[Any], more: bool) -> None:
    found, unsure = elements_at(value, tuple(path.split(".")))
    assert [element.path for element in found] == expected
    assert unsure is more


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ({"a": {"at_lest": 3, "at_most": 4}}, '"at_lest" is not a test'),
        ({"a": {}}, "an empty test"),
        ({"instance.generaton": 3}, 'did you mean "instance.generation"'),
        ({"a": {"matches": "("}}, "not a regular expression"),
        ({"a": {"matches": "(?=a)b"}}, "not a regular expression"),
        ({"a": {"matches": r"(a)\1"}}, "not a regular expression"),
        ({"a": {"matches": "a{1000}{1000}"}}, "not a regular expression"),
        ({"any": {"a": 1}}, "expected a list of patterns"),
        ({"linked": {"where": {}}}, "expected type"),
        ({"environment": 3}, "expected prod, nonprod"),
        ({True: "x"}, "YAML reads on, off"),
        ({"a": {"at_least": [1]}}, "expected a number or the path"),
        ({"a": {"environment": "prod"}}, "environment belongs to the resource"),
        ({"": 1}, "an empty path"),
    ],
)
def test_a_broken_pattern_is_refused_with_its_place(pattern: dict[Any, Any], message: str) -> None:
    with pytest.raises(PatternError, match=r".*") as caught:
        compile_match(pattern, "resource", ("match",))
    assert message in caught.value.message
    assert caught.value.path[0] == "match"
