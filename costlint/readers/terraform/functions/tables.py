"""Tables: csvdecode, reading RFC 4180 as strictly as Go's encoding/csv."""

from __future__ import annotations

from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.calling import CallError, Parameter, function
from costlint.readers.terraform.types.kinds import STRING


@function(Parameter("str", STRING))
def csvdecode(text: str) -> list[dict[str, str]]:
    records = _records(text)
    if not records:
        raise CallError("missing header line")
    headers = records[0][1]
    for position, name in enumerate(headers):
        if name in headers[:position]:
            raise CallError(f'duplicate column name "{name}"')
    rows = []
    for line, fields in records[1:]:
        if len(fields) != len(headers):
            raise CallError(f"CSV parse error on line {line}: wrong number of fields")
        rows.append(dict(zip(headers, map(unicode.nfc, fields), strict=True)))
    return rows


def _records(text: str) -> list[tuple[int, list[str]]]:
    """The records with the line each begins on; empty lines are skipped."""
    lines = text.replace("\r\n", "\n").split("\n")
    lines[-1] = lines[-1].removesuffix("\r")
    if lines[-1] == "":
        lines.pop()
    records: list[tuple[int, list[str]]] = []
    row = 0
    while row < len(lines):
        start = row
        if lines[row] == "":
            row += 1
            continue
        fields, row = _record(lines, row)
        records.append((start + 1, fields))
        row += 1
    return records


def _record(lines: list[str], row: int) -> tuple[list[str], int]:
    fields: list[str] = []
    column = 0
    while True:
        line = lines[row]
        if not line.startswith('"', column):
            end = line.find(",", column)
            field = line[column:] if end < 0 else line[column:end]
            if '"' in field:
                raise CallError(f'CSV parse error on line {row + 1}: bare " in non-quoted-field')
            fields.append(field)
        else:
            field, row, end = _quoted(lines, row, column + 1)
            line = lines[row]
            if end < len(line) and line[end] != ",":
                raise CallError(f'CSV parse error on line {row + 1}: extraneous or missing " in quoted-field')
            fields.append(field)
            end = end if end < len(line) else -1
        if end < 0:
            return fields, row
        column = end + 1


def _quoted(lines: list[str], row: int, column: int) -> tuple[str, int, int]:
    """A quoted field: its text, and the row and column just after the closing quote."""
    parts: list[str] = []
    while True:
        line = lines[row]
        end = line.find('"', column)
        if end < 0:
            parts.append(line[column:] + "\n")
            row, column = row + 1, 0
            if row == len(lines):
                raise CallError(f'CSV parse error on line {row}: extraneous or missing " in quoted-field')
        elif line.startswith('""', end):
            parts.append(line[column : end + 1])
            column = end + 2
        else:
            parts.append(line[column:end])
            return "".join(parts), row, end + 1
