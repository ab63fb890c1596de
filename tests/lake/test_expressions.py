import duckdb
import pytest

from tabiji.lake.expressions import ExpressionError, check_expression, columns_of, render_expression

COLUMNS = ["product", "close_value", "deal_stage", "close_date", "Deal Stage", "会社名", "order", "a.b"]

ALLOWED = [
    "product",
    "CASE WHEN product = 'GTXPro' THEN 'GTX Pro' ELSE product END",
    "case product when 'a' then 'b' when 'c' then 'd' end",
    "replace(product, 'technolgy', 'technology')",
    "close_value * 1e6 + -1 - (+2)",
    "close_value // 3 % 2 ** 2",
    "'sales'",
    "'it''s'",
    "cast(close_date AS DATE) + interval 1 day",
    "close_date::timestamptz",
    "try_cast(close_value as decimal(10, 2))",
    "date '2017-01-01'",
    "close_value BETWEEN 1 AND 10 AND NOT (deal_stage IN ('Won', 'Lost') OR product IS NULL)",
    "deal_stage NOT IN ('Won')",
    "product LIKE 'G%' OR product NOT ILIKE '%x'",
    "coalesce(nullif(trim(product), ''), 'none')",
    "concat_ws(' ', product, deal_stage) || '!'",
    "if(close_value > 1, true, false)",
    "strptime(close_date, '%d/%m/%Y')",
    "close_date AT TIME ZONE 'Asia/Tokyo'",
    "lpad(product, 13, '0')",
    "extract(year FROM close_date::date)",
    "product IS DISTINCT FROM deal_stage",
    "product ~ '^[A-Z]'",
    "product SIMILAR TO 'x+'",
    "split_part(product, ' ', 1)",
    "try(close_value / 0)",
    "product -- a remark",
    "Deal Stage",
    "\"Deal Stage\" = 'x'",
    "会社名",
    "upper(会社名)",
    "order",
    "a.b",
    "NULL",
]

REFUSED = [
    "(SELECT 1)",
    "EXISTS (SELECT 1)",
    "product IN (SELECT 'x')",
    "(SELECT content FROM read_text('/etc/passwd'))",
    "read_text('/etc/passwd')",
    "getenv('HOME')",
    "current_setting('temp_directory')",
    "glob('/etc/*')",
    "product FROM read_csv('/etc/passwd')",
    "product; DROP TABLE event",
    "product; SELECT 1",
    "1; PRAGMA database_list",
    "PRAGMA database_list",
    "product) FROM read_text('/etc/passwd') --",
    "product /* x */ FROM duckdb_settings()",
    "1 UNION SELECT 2",
    "product WHERE true",
    "product, close_value",
    "product AS x",
    "DISTINCT product",
    "*",
    "COLUMNS('p.*')",
    "count(*)",
    "sum(close_value)",
    "sum(close_value) OVER ()",
    "row_number() OVER ()",
    "lambda x: x + 1",
    "list_transform([1], lambda x: x)",
    "unnest([1, 2])",
    "?",
    "$1",
    "random()",
    "now()",
    "uuid()",
    "nextval('s')",
    "repeat('x', 1000000000)",
    "lpad(product, 1000000000, 'x')",
    "lpad(product, close_value, 'x')",
    "sleep_ms(100000)",
    "write_log('x')",
    "main.upper(product)",
    "product.upper()",
    "product::mytype",
    "product::struct(x int)",
    "lower(product) COLLATE nocase",
    "query('select 1')",
    "lower(DISTINCT product)",
    "lower(product) FILTER (WHERE true)",
    "[1, 2]",
    "{'a': 1}",
    "",
    "   ",
    "product +",
    "'" + "x" * 30_000 + "'",
    "NOT " * 200 + "true",
]


@pytest.mark.parametrize("sql", ALLOWED)
def test_scalar_expressions_over_the_columns_are_accepted(sql):
    check_expression(sql, COLUMNS)


@pytest.mark.parametrize("sql", REFUSED)
def test_everything_else_is_refused(sql):
    with pytest.raises(ExpressionError):
        check_expression(sql, COLUMNS)


@pytest.mark.parametrize(
    "sql",
    [
        "CASE WHEN a > 2 THEN 'x' WHEN a IS NULL THEN 'n' ELSE b || '-' END",
        "a BETWEEN 1 AND 3 AND NOT b LIKE 'q%'",
        "-a + 2 * 3 - (4 - 1) / 2",
        "coalesce(nullif(b, 'q'), 'it''s')",
        "a IN (1, 3) OR b NOT IN ('q')",
        "try_cast(b AS INTEGER) IS NULL",
        "a IS NOT NULL AND (b IS NULL) IS DISTINCT FROM true",
        "date '2017-01-31' + interval 1 month + interval (a) day",
        "split_part(b, 'q', 1)",
        "a::DECIMAL(5, 1) ** 2",
    ],
)
def test_what_is_rendered_gives_what_was_written(sql):
    con = duckdb.connect()
    con.execute("CREATE TABLE t AS SELECT * FROM (VALUES (1, 'q'), (3, 'wq'), (NULL, NULL), (9, '12')) v(a, b)")
    rendered = render_expression(sql, {"a": "t.a", "b": "t.b"})
    assert con.execute(f"SELECT {rendered} FROM t").fetchall() == con.execute(f"SELECT {sql} FROM t").fetchall()


def test_an_unknown_column_is_an_error_that_names_the_nearest():
    with pytest.raises(ExpressionError) as caught:
        check_expression("upper(prodct)", COLUMNS)
    assert str(caught.value) == "expression 'upper(prodct)': there is no column 'prodct'; did you mean 'product'?"


def test_an_unknown_function_is_an_error_that_names_the_nearest():
    with pytest.raises(ExpressionError) as caught:
        check_expression("uper(product)", COLUMNS)
    assert "did you mean 'upper'?" in str(caught.value)


def test_columns_are_found_whatever_their_case_and_told_in_order_of_use():
    assert columns_of("concat(DEAL_STAGE, product, deal_stage)", COLUMNS) == ("deal_stage", "product")


def test_columns_are_replaced_by_the_given_sql():
    assert render_expression("upper(product)", {"product": '"c3"'}) == 'upper("c3")'


@pytest.mark.parametrize(
    ("said", "near"), [("uper(product)", "upper"), ("read_text(product)", None), ("getenv('HOME')", None)]
)
def test_a_function_is_suggested_only_where_it_was_mistyped(said: str, near: str | None) -> None:
    with pytest.raises(ExpressionError) as refused:
        check_expression(said, ["product"])
    name = said.partition("(")[0]
    hint = f"; did you mean '{near}'?" if near else ""
    assert refused.value.details["problem"] == f"function '{name}' is not allowed here{hint}"
