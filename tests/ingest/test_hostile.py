"""Names and values that would like to be more than names and values."""

import json

import pytest

from tabiji.ingest import MappingError, load_mapping
from tabiji.lake.expressions import ExpressionError, check_expression

NASTY = "x'); DROP TABLE event; --\" {0} %s ${HOME} \\ 会"


def test_quotes_in_every_name_stay_in_that_name(bench):
    bench.file(
        f"{NASTY.replace('/', '_')}.csv", f'"k ""q""","{NASTY.replace(chr(34), chr(34) * 2)}",t\n1,v\',2024-01-01\n'
    )
    column = json.dumps(NASTY)
    mapping = f"""
source: {json.dumps(NASTY)}
tables:
  - file: {json.dumps(NASTY + ".csv")}
    to: account
    key: {json.dumps('k "q"')}
    columns: {{name: {column}}}
    properties: {{{json.dumps(NASTY)}: {column}}}
    events:
      - {{name: {json.dumps(NASTY)}, at: t, properties: [{column}]}}
"""
    report = bench.run(mapping)
    assert report.tables[0].reasons == {}
    origin, file, name, properties = bench.row("SELECT origin, file, name, properties FROM account")
    assert (origin, file, name, json.loads(properties)) == (NASTY, NASTY + ".csv", "v'", {NASTY: "v'"})
    name, origin, properties = bench.row("SELECT name, origin, properties FROM event")
    assert (name, origin, json.loads(properties)) == (NASTY, NASTY, {NASTY: "v'"})
    assert bench.run(mapping).events.duplicates == 1


def test_values_that_look_like_sql_or_formulas_are_kept_as_they_are(bench):
    values = [
        "'; DROP TABLE event; --",
        "=1+1",
        "@SUM(A1)",
        "{{7*7}}",
        "${jndi:x}",
        "<script>alert(1)</script>",
        "\x00\x07",
    ]
    text = "k,n\n" + "".join(f'{i},"{v}"\n' for i, v in enumerate(values))
    bench.file("a.csv", text)
    bench.run("source: s\ntables:\n  - {file: a.csv, to: account, key: k, columns: {name: n}}\n")
    assert [v for (v,) in bench.rows("SELECT name FROM account ORDER BY id")] == values


def test_mappings_that_try_to_exhaust_the_reader_are_refused(tmp_path):
    path = tmp_path / "mapping.yaml"
    layers = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 9))
    path.write_text(f"source: s\nl0: &l0 [x]\n{layers}\ntables: *l8\n")
    with pytest.raises(MappingError):
        load_mapping(path)
    path.write_text("source: s\ntables: " + "[" * 5_000)
    with pytest.raises(MappingError):
        load_mapping(path)


@pytest.mark.parametrize(
    "sql", ["NOT " * 4_000 + "true", "(" * 9_000 + "1" + ")" * 9_000, "-" * 15_000 + "1", "a" + "||a" * 6_000]
)
def test_expressions_that_try_to_exhaust_the_parser_are_refused_or_read(sql):
    try:
        check_expression(sql, ["a"])
    except ExpressionError as error:
        assert error.code == "bad_expression"
