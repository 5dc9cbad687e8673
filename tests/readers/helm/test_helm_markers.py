"""Marks in templates: they change nothing, and lead from rendered lines to those of templates."""

from __future__ import annotations

import re

import pytest
from helm_trees import needs_helm, packed
from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.helm.engines import Cluster, Package, open_engine
from costlint.readers.helm.markers import TemplateLine, line_map, marked

MARK = re.compile("\ue0c5[SE]\\d+\ue0c6\\d+\ue0c7")
PIECES = st.sampled_from(
    [
        "a: b\n",
        "  c: {{ .Values.x }}\n",
        "{{- if .Values.x }}\n",
        "{{ end -}}\n",
        '{{- define "d" }}\n',
        "{{/* a }} comment */}}\n",
        '{{ "}}" | quote }}',
        "{{`{{ raw }}`}}\n",
        "   \n",
        "- {{- toYaml .Values.y | nindent 2 }}\n",
        "{{\n  .Values.z\n}}\n",
        "{{",
        "}}",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join), st.booleans())
def test_without_its_marks_a_template_is_what_it_was(text: str, inside: bool) -> None:
    assert MARK.sub("", marked(text, 3, inside)) == text


@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_mark_stands_inside_an_action(text: str) -> None:
    for action in re.findall(r"\{\{(?!/\*|`| \")[^{}\"`]*\}\}", marked(text, 0)):
        assert not MARK.search(action)


TRIMMED = """\
{{- $x := 1 -}}
a:
  {{- if true }}
  b: {{ $x }}
  {{- end }}
  c:
    {{- range list "p" "q" }}
    - {{ . }}
    {{- end }}
  d: {{- dict "e" 1 "f" 2 | toYaml | nindent 4 }}
  {{ "g: 3" }}

h: |
  text
"""


@needs_helm
def test_every_rendered_line_leads_to_its_template_line_through_trimming() -> None:
    def rendered(template: str) -> str:
        files = {"app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n", "app/templates/x.yaml": template}
        engine = open_engine(Cluster())
        assert engine is not None
        return engine.render(Package("app", lambda: packed(files)), {})["app/templates/x.yaml"]

    text = rendered(TRIMMED)
    lines = line_map(text, rendered(marked(TRIMMED, 7)))
    assert lines is not None
    found = {line.strip(): place for line, place in zip(text.split("\n"), lines, strict=True) if line.strip()}
    assert {line: place.line for line, place in found.items() if place is not None} == {
        "a:": 2,
        "b: 1": 4,
        "c:": 6,
        "- p": 8,
        "- q": 8,
        "d:": 10,
        "e: 1": 10,
        "f: 2": 10,
        "g: 3": 11,
        "h: |": 13,
        "text": 14,
    }
    assert all(place == TemplateLine(7, place.line) for place in lines if place is not None)


@pytest.mark.parametrize("other", ["a: 1\n", "a: 1\nb: 3\nc: 4\n", "x\ny: 2\n"])
def test_marks_that_change_what_is_rendered_lead_nowhere(other: str) -> None:
    assert line_map("a: 1\nb: 2\n", other) is None


def test_hashes_of_marked_templates_may_differ() -> None:
    before, after = "sum: " + "0a" * 32 + "\n", "sum: " + "1b" * 32 + "\n"
    assert line_map(before, after) == [None, None]
