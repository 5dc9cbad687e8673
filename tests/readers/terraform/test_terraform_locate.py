"""Every value is traced to the literal a person edits, through all the ways it can take."""

from pathlib import Path

import pytest
from terraform_stacks import stack

from costlint.model import Unknown, parse_path
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.sources import MemorySource

FIXTURE = Path(__file__).parents[3] / "fixtures" / "llm-platform"


def located(files, address, path, root="", **options):
    """Where the value is, as "file: text written there", with the steps that led there."""
    texts = {"main.tf": files} if isinstance(files, str) else files
    read = read_stack(TerraformFiles(MemorySource(texts)), root, TerraformOptions(**options))
    found = next(each for each in read.resources if each.address == address).locator.locate(parse_path(path))
    return f"{found.span.file}: {_text(texts, found.span)}", [each.what for each in found.chain], found.exact


def _text(texts, span):
    lines = texts[span.file].split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    return "\n".join(lines)[span.column - 1 :]


def in_block(body, rest="", path="v", **options):
    return located(f'resource "a_b" "c" {{\n{body}\n}}\n{rest}', "a_b.c", path, **options)


@pytest.mark.parametrize(
    ("expression", "rest", "literal"),
    [
        ('"gp2"', "", '"gp2"'),
        ("-1", "", "-1"),
        ('["a", "b"]', "", '["a", "b"]'),
        ('"${local.x}"', 'locals {\n  x = "gp2"\n}', '"gp2"'),
        ("local.x", "locals {\n  x = local.y\n  y = 5\n}", "5"),
        ("local.m.a.b", "locals {\n  m = { a = { b = 1, c = 2 } }\n}", "1"),
        ('local.m["a"]["b"]', "locals {\n  m = { a = { b = 1, c = 2 } }\n}", "1"),
        ("local.l[1].x", "locals {\n  l = [{ x = 1 }, { x = 2 }]\n}", "2"),
        ("local.m[local.k]", 'locals {\n  k = "b"\n  m = { a = 1, b = 2 }\n}', "2"),
        ("var.v", "variable v {\n  default = 7\n}", "7"),
        ("true ? 1 : 2", "", "1"),
        ("local.on ? 1 : 2", "locals {\n  on = false\n}", "2"),
        ("merge({ a = 1 }, { a = 2 }, { b = 3 }).a", "", "2"),
        ("merge(local.l...).a", "locals {\n  l = [{ a = 1 }, { b = 2 }]\n}", "1"),
        ('lookup({ a = 1 }, "a", 9)', "", "1"),
        ('lookup({ a = 1 }, "b", 9)', "", "9"),
        ('coalesce(null, "", "x")', "", '"x"'),
        ("try(local.m.nope, 4)", "locals {\n  m = {}\n}", "4"),
        ("concat([1, 2], [3, 4])[2]", "", "3"),
        ("element([1, 2, 3], 4)", "", "2"),
        ("tostring(local.n)", "locals {\n  n = 3\n}", "3"),
        ("tolist([1, 2])[1]", "", "2"),
        ("one([5])", "", "5"),
        ("values({ b = 2, a = 1 })[0]", "", "1"),
        ('zipmap(["a", "b"], [1, 2])["b"]', "", "2"),
        ("flatten([[1, [2]], [3]])[1]", "", "2"),
        ('sort(["c", "a"])[0]', "", '"a"'),
        ("[for x in [10, 20] : x][1]", "", "20"),
        ("[for x in [{ s = 1 }, { s = 2 }] : x.s if x.s > 1][0]", "", "2"),
        ('{ for k, v in { a = { s = 1 }, b = { s = 2 } } : k => v.s }["b"]', "", "2"),
        ('{ for x in [{ n = "a", s = 1 }, { n = "a", s = 2 }] : x.n => x.s... }["a"][1]', "", "2"),
        ("[for x in local.l : { size = x }][0].size", "locals {\n  l = [8]\n}", "8"),
        ("element([{ s = 1 }, { s = 2 }][*].s, 1)", "", "2"),
        ("a_b.other.size", 'resource "a_b" "other" {\n  size = 3\n}', "3"),
        ("a_b.other[1].size", 'resource "a_b" "other" {\n  count = 2\n  size = 3\n}', "3"),
        ("a_b.other.disk[0].size", 'resource "a_b" "other" {\n  disk { size = 3 }\n}', "3"),
    ],
)
def test_expressions_lead_to_their_literal(expression, rest, literal):
    place, _, exact = in_block(f"  v = {expression}", rest)
    assert (place, exact) == (f"main.tf: {literal}", True)


@pytest.mark.parametrize(
    ("expression", "rest", "written"),
    [
        ('"x-${local.a}"', "locals {\n  a = 1\n}", '"x-${local.a}"'),
        ("local.a * 2", "locals {\n  a = 1\n}", "1"),
        ("1 + local.a", "locals {\n  a = 3\n}", "3"),
        ("2 * (1 + local.a)", "locals {\n  a = 3\n}", "3"),
        ("-local.a", "locals {\n  a = 3\n}", "3"),
        ("!local.a", "locals {\n  a = true\n}", "true"),
        ("local.a * local.b", "locals {\n  a = 1\n  b = 2\n}", "local.a * local.b"),
        ('local.a == "x"', 'locals {\n  a = "x"\n}', 'local.a == "x"'),
        ("max(2, local.a)", "locals {\n  a = 3\n}", "3"),
        ("max(2, local.a)", "locals {\n  a = 1\n}", "2"),
        ("max(2, local.a)", "locals {\n  a = 2\n}", "max(2, local.a)"),
        ("min(local.a...)", "locals {\n  a = [1, 2]\n}", "min(local.a...)"),
        ("ceil(local.a)", "locals {\n  a = 1.5\n}", "1.5"),
        ("var.u ? 1 : 2", "variable u {}", "var.u ? 1 : 2"),
        ("upper(local.a)", 'locals {\n  a = "x"\n}', '"x"'),
        ('format("%s", "x")', "", 'format("%s", "x")'),
        ("var.u", "variable u {}", "variable u"),
        ("local.m[var.u]", "variable u {}\nlocals {\n  m = {}\n}", "local.m[var.u]"),
        ("a_b.other.id", 'resource "a_b" "other" {}', "a_b.other.id"),
        ("a_b.other.none", 'resource "a_b" "other" {\n  none = null\n}', "a_b.other.none"),
        ("local.loop", "locals {\n  loop = local.loop\n}", "local.loop"),
        ("merge({ a = 1 }, var.u).a", "variable u {}", "merge({ a = 1 }, var.u).a"),
        ("nothing.at.all[0]", "", "nothing.at.all[0]"),
    ],
)
def test_where_no_literal_can_be_named_the_nearest_expression_is(expression, rest, written):
    place, chain, exact = in_block(f"  v = {expression}", rest)
    assert (place, exact) == (f"main.tf: {written}", False)
    assert chain[0] == "a_b.c.v"


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ("  size = 1", "type", ('main.tf: resource "a_b" "c"', ["a_b.c"], False)),
        ("  disk { size = 1 }", "disk.type", ("main.tf: disk", ["a_b.c.disk"], False)),
        ("  disk { size = 1 }", "disk.size", ("main.tf: 1", ["a_b.c.disk.size"], True)),
        ("  disk { size = 1 }\n  disk { size = 2 }", "disk.1.size", ("main.tf: 2", ["a_b.c.disk.size"], True)),
        ("  disk { size = 1 }", "disk", ("main.tf: disk", ["a_b.c.disk"], True)),
        ("  disk { size = 1 }", "disk.3.size", ('main.tf: resource "a_b" "c"', ["a_b.c"], False)),
        ("  disk = [{ size = 1 }]", "disk.0.size", ("main.tf: 1", ["a_b.c.disk.0.size"], True)),
        ("  disk = [{ size = 1 }]", "disk.size", ("main.tf: 1", ["a_b.c.disk.size"], True)),
        ("  a {\n    b {\n      c = 5\n    }\n  }", "a.b.c", ("main.tf: 5", ["a_b.c.a.b.c"], True)),
        ("  tags = { a = 1 }", "tags.a", ("main.tf: 1", ["a_b.c.tags.a"], True)),
    ],
)
def test_paths_into_blocks(body, path, expected):
    assert in_block(body, path=path) == expected


def test_instances_lead_to_their_own_entry():
    text = """
variable "pools" {
  default = {
    small = { size = "m5.large" }
    big   = { size = "m5.4xlarge" }
  }
}
resource "a_b" "c" {
  for_each = var.pools
  size     = each.value.size
  name     = each.key
}
resource "a_b" "s" {
  for_each = toset(["m5.large", "c5.large"])
  size     = each.value
}
resource "a_b" "f" {
  for_each = { for name, pool in var.pools : name => { kind = pool.size } if name == "big" }
  size     = each.value.kind
}
"""
    assert located(text, 'a_b.c["big"]', "size")[:2] == (
        'main.tf: "m5.4xlarge"',
        ["a_b.c.size", "variable pools"],
    )
    assert located(text, 'a_b.c["small"]', "size")[0] == 'main.tf: "m5.large"'
    assert located(text, 'a_b.c["small"]', "name")[0] == "main.tf: small"
    assert located(text, 'a_b.s["c5.large"]', "size")[0] == 'main.tf: "c5.large"'
    assert located(text, 'a_b.f["big"]', "size")[0] == 'main.tf: "m5.4xlarge"'


@pytest.mark.parametrize(
    ("header", "inner", "path", "literal"),
    [
        ("for_each = [10, 20]", "v = disk.value", "disk.1.v", "20"),
        ("for_each = { a = { s = 1 }, b = { s = 2 } }", "v = disk.value.s", "disk.1.v", "2"),
        ("for_each = [10]\n iterator = it", "v = it.value", "disk.0.v", "10"),
        ("for_each = [10]", "v = 4", "disk.v", "4"),
        ('for_each = toset(["x"])', "v = disk.key", "disk.0.v", '"x"'),
    ],
)
def test_dynamic_blocks_lead_to_the_item(header, inner, path, literal):
    body = f'dynamic "disk" {{\n {header}\n content {{\n {inner}\n }}\n }}'
    place, _, exact = in_block(body, path=path)
    assert (place, exact) == (f"main.tf: {literal}", True)


MODULES = {
    "envs/prod/main.tf": """
variable "volumes" {
  type = map(object({ type = string, size = optional(number, 100) }))
}
variable "plain" {}
module "storage" {
  source      = "../../modules/storage"
  for_each    = var.volumes
  volume_type = each.value.type
  size        = each.value.size
  plain       = var.plain
}
resource "x_y" "z" {
  v = module.storage["data"].kind
}
""",
    "envs/prod/terraform.tfvars": 'volumes = {\n  data = { type = "gp2" }\n}\nplain = "file"\n',
    "envs/prod/big.tfvars": 'volumes = { data = { type = "io2", size = 9 } }\n',
    "modules/storage/main.tf": """
variable "volume_type" {}
variable "size" {}
variable "plain" {}
variable "iops" {
  default = 3000
}
locals {
  kind = var.volume_type
}
resource "aws_ebs_volume" "data" {
  type  = local.kind
  size  = var.size
  iops  = var.iops
  plain = var.plain
}
output "kind" { value = aws_ebs_volume.data.type }
""",
}
VOLUME = 'module.storage["data"].aws_ebs_volume.data'


def test_a_value_is_followed_through_modules_into_the_variable_file():
    place, chain, exact = located(MODULES, VOLUME, "type", root="envs/prod")
    assert (place, exact) == ('envs/prod/terraform.tfvars: "gp2"', True)
    assert chain == [
        f"{VOLUME}.type",
        "local.kind",
        "module.storage argument volume_type",
        "terraform.tfvars",
    ]


def test_the_variable_file_that_wins_is_the_one_named():
    options = {"root": "envs/prod", "var_files": ("envs/prod/big.tfvars",)}
    assert located(MODULES, VOLUME, "type", **options)[0] == 'envs/prod/big.tfvars: "io2"'
    assert located(MODULES, VOLUME, "size", **options)[0] == "envs/prod/big.tfvars: 9"


def test_defaults_are_named_where_they_are_written():
    assert located(MODULES, VOLUME, "iops", root="envs/prod")[:2] == (
        "modules/storage/main.tf: 3000",
        [f"{VOLUME}.iops", "variable iops"],
    )
    place, chain, _ = located(MODULES, VOLUME, "size", root="envs/prod")
    assert place == "envs/prod/main.tf: 100"
    assert chain[-1] == "variable volumes"


def test_a_value_from_an_option_has_no_literal_in_any_file():
    place, chain, exact = located(MODULES, VOLUME, "plain", root="envs/prod", variables={"plain": "x"})
    assert (place, exact) == ('envs/prod/main.tf: variable "plain"', False)
    assert chain[-1] == "--var plain"


def test_outputs_are_followed_into_the_module():
    place, chain, _ = located(MODULES, "x_y.z", "v", root="envs/prod")
    assert place == 'envs/prod/terraform.tfvars: "gp2"'
    assert chain[:3] == ["x_y.z.v", "module.storage output kind", f"{VOLUME}.type"]


def test_an_override_file_is_where_the_value_is():
    files = {
        "main.tf": 'resource "a_b" "c" {\n  v = 1\n}\n',
        "x_override.tf": 'resource "a_b" "c" {\n  v = 22\n  new { w = 3 }\n}\n',
    }
    assert located(files, "a_b.c", "v")[0] == "x_override.tf: 22"
    assert located(files, "a_b.c", "new.w")[0] == "x_override.tf: 3"
    assert located(files, "a_b.c", "new.nope")[0] == "x_override.tf: new"


def test_columns_count_characters():
    place, _, _ = in_block('  name = "héé" == "é" ? 1 : "ö"', path="name")
    assert place == 'main.tf: "ö"'


def test_the_chain_ends_at_the_span_and_spans_of_resources_are_their_headers():
    read = stack('locals {\n  a = 5\n}\n\nresource "a_b" "c" {\n  v = local.a\n}\n')
    found = read.resources[0]
    assert found.span == ("main.tf", 5, 1, 5, 19)
    location = found.locator.locate(("v",))
    assert [tuple(each.span)[:3] for each in location.chain] == [("main.tf", 6, 7), ("main.tf", 2, 7)]
    assert location.chain[-1].span == location.span


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_on_a_whole_platform_every_exact_location_holds_the_value(environment):
    texts = {
        path.relative_to(FIXTURE).as_posix(): path.read_text()
        for path in FIXTURE.rglob("*")
        if path.suffix in (".tf", ".tfvars")
    }
    read = read_stack(TerraformFiles(MemorySource(texts)), f"envs/{environment}", TerraformOptions())
    exact = inexact = 0
    for each in read.resources:
        for path, value in leaves({k: v for k, v in each.attributes.items() if k != "lifecycle"}):
            location = each.locator.locate(path)
            assert location.chain[-1].span == location.span
            if location.exact:
                exact += 1
                assert _plain(value) == _text(texts, location.span).strip('"'), (each.address, path)
            elif not isinstance(value, Unknown):
                inexact += 1
    assert exact > 100
    assert inexact < exact / 2


def _plain(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


SWITCHED = """
variable "nat_per_az" {
  default = true
}
variable "zones" {
  default = ["a", "b", "c"]
}
locals {
  nat_zones = var.nat_per_az ? var.zones : slice(var.zones, 0, 1)
}
resource "a_b" "c" {
  count = length(local.nat_zones)
}
"""


def test_what_decides_a_count_is_the_switch_and_not_the_list_it_chooses():
    place, chain, exact = located(SWITCHED, "a_b.c[0]", "count")
    assert (place, exact) == ("main.tf: true", True)
    assert chain[-1] == "variable nat_per_az"


def test_a_count_chosen_by_a_comparison_is_the_number_chosen():
    files = 'variable "env" {\n  default = "prod"\n}\nresource "a_b" "c" {\n  count = var.env == "prod" ? 3 : 1\n}'
    assert located(files, "a_b.c[0]", "count")[0] == "main.tf: 3"


def test_an_inverted_switch_is_still_the_switch():
    files = 'variable "single" {\n  default = false\n}\nresource "a_b" "c" {\n  count = !var.single ? 3 : 1\n}'
    assert located(files, "a_b.c[0]", "count")[0] == "main.tf: false"


def test_a_number_behind_a_switch_is_what_decides_a_count_of_several():
    files = (
        'variable "clone" {\n  default = true\n}\nvariable "nodes" {\n  default = 3\n}\n'
        'resource "a_b" "c" {\n  count = var.clone ? var.nodes : 0\n}'
    )
    assert located(files, "a_b.c[0]", "count")[0] == "main.tf: 3"
