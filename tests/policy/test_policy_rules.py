from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from policy_stacks import CATALOG, HEAD, NONPROD, price, resource, rule, run, stack, subject

from costlint.config import PathSettings
from costlint.graph import View
from costlint.model import Reference, Resource, Suppression
from costlint.policy import CheckSettings, RuleError, RuleSet, load_rules, read_rules, unused_suppressions, why_silent
from costlint.policy.documents import read_rule
from costlint.policy.load import index, shipped
from costlint.policy.match import compile_match
from costlint.policy.schema import Supported
from costlint.policy.subject import Context, Subject

BODY = "resources:\n  disk:\n    match: {type: gp2}\n    change: {type: gp3}\n"
LINES = len(HEAD.splitlines())


class TestFiles:
    def write(self, folder: Path, text: str, name: str = "rule.yaml") -> Path:
        place = folder / "storage" / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
        return folder

    def test_a_folder_gives_the_category(self, tmp_path: Path) -> None:
        (found,) = read_rules(self.write(tmp_path, HEAD + BODY))
        assert (found.rule.id, found.rule.category) == ("TST001", "storage")

    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            (HEAD + BODY.replace("change:", "chnage:"), LINES + 4, 'unknown key "chnage"'),
            (HEAD.replace("medium", "meduim") + BODY, 7, '"meduim" is not one of'),
            (HEAD.replace("TST001", "tst1") + BODY, 2, "id"),
            (HEAD + BODY.replace("gp2", "{at_lest: 3, at_most: 4}"), LINES + 3, '"at_lest" is not a test'),
            (HEAD + BODY.replace("gp3", '"{{ x.y() }}"'), LINES + 4, "templates may call"),
            (HEAD + BODY.replace("disk:", "disk: &a"), 0, ""),
            (HEAD + "resources: &a {}\naliases: *a\n", LINES + 2, "no YAML aliases"),
            (HEAD + "resources: {}\n", 2, "a rule has a `resources:` section"),
            (HEAD + "resources: {disk: {match: {type: gp2}}}\n", LINES + 1, "neither a proposal"),
            (HEAD + BODY + "id: TST002\n", LINES + 5, "is given twice"),
            (HEAD + "a: [" * 60 + "]" * 60, LINES + 1, "nested too deeply"),
            (HEAD + "scope: stack\n" + BODY, LINES + 1, "a rule with scope: stack"),
            (HEAD + BODY.replace("change", "propose: nothing #"), LINES + 4, 'there is no proposal "nothing"'),
            (HEAD + BODY.replace("match", "provider: aws\n    match"), LINES + 3, "provider is for rules with scope"),
            ("- 1", 1, "expected a map"),
            ("a: [", 2, "did not find"),
        ],
    )
    def test_a_mistake_is_told_with_its_line(self, tmp_path: Path, text: str, line: int, message: str) -> None:
        folder = self.write(tmp_path, text)
        if not line:
            assert read_rules(folder)
            return
        with pytest.raises(RuleError) as caught:
            read_rules(folder)
        assert message in str(caught.value)
        assert caught.value.line == line
        assert str(caught.value).startswith(f"{folder.as_posix()}/storage/rule.yaml:{line}:")

    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(RuleError, match="no such file or folder"):
            read_rules(tmp_path / "none")

    def test_a_linked_file_is_not_followed(self, tmp_path: Path) -> None:
        outside = tmp_path / "outside.yaml"
        outside.write_text(HEAD + BODY, encoding="utf-8")
        folder = tmp_path / "rules"
        folder.mkdir()
        (folder / "link.yaml").symlink_to(outside)
        assert read_rules(folder) == []

    def test_two_rules_with_one_id_are_refused(self) -> None:
        with pytest.raises(RuleError, match="is already the rule TST001"):
            RuleSet([rule(BODY), rule(BODY)])

    def test_the_index_gives_back_what_was_read(self) -> None:
        import msgspec

        from costlint.policy import Source

        sources = shipped()
        assert tuple(msgspec.msgpack.decode(index(sources), type=list[Source])) == sources


class TestSelection:
    rules = RuleSet([rule(BODY), rule(BODY, number=2, profile="audit", aliases="[CKV_1]")])

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            (CheckSettings(), ["TST001"]),
            (CheckSettings(profile="audit"), ["TST001", "TST002"]),
            (CheckSettings(profile="all"), ["TST001", "TST002"]),
            (CheckSettings(select=("TST002",)), ["TST002"]),
            (CheckSettings(select=("test-rule-2",)), ["TST002"]),
            (CheckSettings(select=("TST",)), ["TST001"]),
            (CheckSettings(select=("TST*",)), ["TST001"]),
            (CheckSettings(select=("test",), profile="all"), ["TST001", "TST002"]),
            (CheckSettings(ignore=("TST001",)), []),
            (CheckSettings(profile="all", ignore=("ckv_1",)), ["TST001"]),
            (CheckSettings(select=("OTHER",)), []),
        ],
    )
    def test_selectors_choose(self, settings: CheckSettings, expected: list[str]) -> None:
        assert [found.id for found in self.rules if settings.runs(found)] == expected

    def test_a_path_has_its_own_settings(self) -> None:
        def per_path(file: str) -> list[PathSettings]:
            return [PathSettings("main.tf", ignore=("TST001",))] if file == "main.tf" else []

        made = stack(resource("disk.a", type="gp2", size=100))
        assert run(made, rule(BODY), CheckSettings(per_path=per_path)).findings == ()

    def test_globs_and_alternatives_cover_types(self) -> None:
        many = rule(
            "resources:\n  'disk | volume': {match: {type: gp2}, change: {type: gp3}}\n  'gate*': {remove: resource}"
        )
        rules = RuleSet([many])
        assert [len(rules.sections(kind)) for kind in ("disk", "volume", "gateway", "bucket")] == [1, 1, 1, 0]

    def test_a_type_may_have_several_sections(self) -> None:
        several = rule(
            """
            resources:
              disk:
                - {match: {type: gp2}, change: {type: gp3}}
                - {match: {type: io1}, change: {type: gp3}}
            """
        )
        made = stack(resource("disk.a", type="gp2", size=1), resource("disk.b", type="io1", size=1))
        assert len(run(made, several).findings) == 2


class TestProposals:
    def edits(self, body: str, made: Resource) -> list[tuple[object, ...]]:
        (finding,) = run(stack(made), rule(f"exposure: 1\nresources:\n  {made.type}:\n    {body}")).findings
        return [(c.path, c.before, c.after) for c in finding.changes]

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("change: {size: 5}", [("size", 8, 5)]),
            ("change: {tier: null, size: 9}", [("size", 8, 9)]),
            ("change: {iops: null}", [("iops", 100, None)]),
            ('change: {size: "{{ size // 2 }}"}', [("size", 8, 4)]),
            ('change: {name: "{{ size }}-{{ copies }}"}', [("name", None, "8-1")]),
            ("change: {root.type: gp3}", [("root.type", "gp2", "gp3")]),
            ("add: {block: rule, values: {days: 1}}", [("rule", None, {"days": 1})]),
            ("remove: [iops, root]", [("iops", 100, None), ("root", [{"type": "gp2", "n": 1}], None)]),
            (
                'each: root\n    match: {type: gp2}\n    change: {type: gp3, resource.size: "{{ resource.size + n }}"}',
                [("root.0.type", "gp2", "gp3"), ("size", 8, 9)],
            ),
            ("each: root\n    remove: element", [("root.0", {"type": "gp2", "n": 1}, None)]),
        ],
    )
    def test_a_proposal_becomes_edits(self, body: str, expected: list[tuple[object, ...]]) -> None:
        made = resource("x.a", size=8, iops=100, root=[{"type": "gp2", "n": 1}])
        assert self.edits(body, made) == expected

    def test_nothing_to_change_is_nothing_to_report(self) -> None:
        already = rule("exposure: 1\nresources: {disk: {change: {type: gp3}}}")
        assert run(stack(resource("disk.a", type="gp3", size=1)), already).findings == ()
        assert run(stack(resource("disk.b", defaults={"type": "gp3"}, size=1)), already).findings == ()

    def test_the_cheapest_alternative_is_kept(self) -> None:
        search = rule("resources: {disk: {propose: {name: cheapest-value, path: type, values: [io1, gp3, other]}}}")
        (finding,) = run(stack(resource("disk.a", type="gp2", size=100)), search).findings
        assert finding.changes[0].after == "other"

    def test_the_instance_type_is_changed_wherever_the_type_keeps_it(self) -> None:
        newer = rule(
            "exposure: 1\nresources: {'aws_*': {match: {instance.successor: present}, "
            "change: {instance.type: '{{ instance.successor }}'}}}"
        )
        nodes = resource("aws_eks_node_group.n", instance_types=["m4.large"])
        machine = resource("aws_instance.i", instance_type="m4.large")
        paths = [
            finding.changes[0].path for finding in run(stack(nodes, machine, resource("aws_vpc.v")), newer).findings
        ]
        assert sorted(paths) == ["instance_type", "instance_types.0"]


class TestFacts:
    def told(self, pattern: dict[str, object], made: Resource, **more: object) -> object:
        return compile_match(pattern, "resource").test(subject(made, **more))

    def test_an_instance_type_has_a_family_and_a_size(self) -> None:
        made = resource("aws_instance.i", instance_type="m4.large")
        pattern = {
            "instance.current": False,
            "instance.generation": 4,
            "instance.arch": "x86_64",
            "instance.vcpu": 2,
            "instance.memory_gib": {"at_least": 8},
            "instance.gpu_model": "absent",
        }
        assert self.told(pattern, made) is True

    def test_a_gpu_has_memory(self) -> None:
        pattern = {"instance.gpu_model": "A10G", "instance.gpu_count": 4, "instance.gpu_memory_gib": {"at_least": 22}}
        assert self.told(pattern, resource("aws_instance.i", instance_type="g5.12xlarge")) is True

    def test_an_unknown_name_makes_facts_unknown(self) -> None:
        assert self.told({"instance.current": False}, resource("aws_instance.i", instance_type="z99.huge")) is None

    def test_a_type_without_instances_has_none(self) -> None:
        assert self.told({"instance.type": "absent"}, resource("aws_vpc.v")) is True

    def test_the_cost_and_the_copies_of_a_resource_are_facts(self) -> None:
        pattern = {"monthly": {"at_least": 10}, "copies": 2}
        made = resource("disk.a[0]", type="gp2", size=100)
        assert compile_match(pattern, "resource").test(subject(made, resource("disk.a[1]"))) is True

    @pytest.mark.parametrize("fact", ["referenced", "exported"])
    def test_copies_that_share_their_attributes_may_differ_in_who_uses_them(self, fact: str) -> None:
        idle = rule(f"resources: {{disk: {{match: {{{fact}: false}}, remove: resource}}}}")
        used, free = resource("disk.a[0]", size=10), resource("disk.a[1]", size=10)
        free.attributes = used.attributes
        made = stack(
            used, free, resource("user.u", disk=Reference("disk.a[0]", "id")), exported=frozenset({"disk.a[0]"})
        )
        assert [finding.addresses for finding in run(made, idle).findings] == [("disk.a[1]",)]

    @pytest.mark.parametrize(
        ("day", "expected"), [("2025-01-01", "standard"), ("2025-12-01", "extended"), ("2030-01-01", "ended")]
    )
    def test_support_depends_on_the_date(self, day: str, expected: str) -> None:
        made = resource("aws_eks_cluster.c", version="1.30")
        view = View(stack(made))
        context = Context(view, price(view, view.resources), CATALOG, datetime.date.fromisoformat(day))
        on = Subject(made, context, support=Supported(version="version", product="eks"))
        assert compile_match({"support.status": expected}, "resource").test(on) is True


def test_a_suppression_that_holds_nothing_back_is_told_once_in_an_audit() -> None:
    rules = RuleSet([rule(BODY)])
    idle = Suppression("main.tf", 4, 4, ("TST001",), "agreed")
    other = Suppression("main.tf", 6, 6, ("STO001",), "agreed")
    settings = CheckSettings(profile="audit")
    assert [d.line for d in unused_suppressions([idle, idle, other], [], rules, settings)] == [4]
    assert unused_suppressions([idle], [idle], rules, settings) == []
    assert unused_suppressions([idle], [], rules, CheckSettings(profile="audit", ignore=("TST001",))) == []
    assert unused_suppressions([idle], [], rules, CheckSettings()) == []


@pytest.mark.parametrize(
    ("made", "settings", "reason"),
    [
        ([], CheckSettings(), "there are no resources"),
        ([resource("bucket.b")], CheckSettings(), "it is about none of bucket"),
        ([resource("disk.a", type="gp3")], CheckSettings(), "does not match"),
        ([resource("disk.a", type="gp2", size=1)], CheckSettings(), "if the environment were known"),
        ([resource("disk.a", type="gp2", size=0, environment=NONPROD)], CheckSettings(), "saves nothing"),
    ],
)
def test_silence_is_explained(made: list[Resource], settings: CheckSettings, reason: str) -> None:
    view = View(stack(*made))
    rules = RuleSet([rule("environment: nonprod\n" + BODY)])
    assert reason in why_silent(view, price(view, view.resources), rules, settings, CATALOG)


def test_the_shipped_rules_name_practices_the_table_knows() -> None:
    known = {practice.key for practice in CATALOG.practices()}
    assert {found.practice for found in load_rules()} <= known


@pytest.mark.parametrize("source", load_rules().sources, ids=lambda source: source.rule.id)
def test_a_shipped_rule_can_be_compiled(source: object) -> None:
    from costlint.policy import Source
    from costlint.policy.compiling import compile_all

    assert isinstance(source, Source)
    assert compile_all(source.rule)
    assert source.file.rpartition("/")[2] == f"{source.rule.id}-{source.rule.name}.yaml"


def test_a_rule_text_without_a_category_has_none() -> None:
    assert read_rule(HEAD + BODY, "rule.yaml").category == ""
