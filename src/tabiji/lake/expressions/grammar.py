"""What an expression may consist of. Functions are scalar and deterministic: nothing reads a file, a setting or the clock."""

# fmt: off
FUNCTIONS = frozenset(
    (
        "lower", "upper", "lcase", "ucase", "trim", "ltrim", "rtrim", "replace", "translate", "substr",
        "substring", "left", "right", "lpad", "rpad", "reverse", "concat", "concat_ws", "split_part",
        "contains", "starts_with", "ends_with", "prefix", "suffix", "strpos", "instr", "position", "length",
        "len", "strlen", "char_length", "character_length", "regexp_matches", "regexp_full_match",
        "regexp_replace", "regexp_extract", "like_escape", "not_like_escape", "ilike_escape",
        "not_ilike_escape", "strip_accents", "nfc_normalize", "url_decode", "md5", "sha256", "chr", "unicode",
        "ascii", "nullif", "ifnull", "if", "greatest", "least", "abs", "round", "floor", "ceil", "ceiling",
        "trunc", "sqrt", "pow", "power", "exp", "ln", "log", "log2", "log10", "sign", "mod", "year", "quarter",
        "month", "week", "day", "hour", "minute", "second", "isodow", "dayofweek", "weekday", "dayofyear",
        "weekofyear", "isoyear", "last_day", "date_part", "datepart", "date_trunc", "datetrunc", "date_diff",
        "datediff", "date_sub", "datesub", "make_date", "make_timestamp", "to_timestamp", "epoch", "epoch_ms",
        "epoch_us", "strftime", "strptime", "try_strptime", "timezone", "to_years", "to_quarters", "to_months",
        "to_weeks", "to_days", "to_hours", "to_minutes", "to_seconds", "to_milliseconds", "to_microseconds",
        "json_extract_string", "isfinite", "isnan",
    )
)
OPERATORS = frozenset(
    (
        "+", "-", "*", "/", "//", "%", "**", "^", "||", "~~", "!~~", "~~*", "!~~*", "~~~", "->>",
    )
)
TYPES = frozenset(
    (
        "varchar", "text", "string", "char", "bpchar", "boolean", "bool", "tinyint", "smallint", "integer",
        "int", "int4", "bigint", "int8", "hugeint", "double", "float", "float8", "real", "decimal", "numeric",
        "date", "timestamp", "datetime", "timestamptz", "time", "interval", "timestamp with time zone",
    )
)
# fmt: on
COMPARISONS = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
    "COMPARE_DISTINCT_FROM": "IS DISTINCT FROM",
    "COMPARE_NOT_DISTINCT_FROM": "IS NOT DISTINCT FROM",
}
CLASSES = frozenset(
    ("COLUMN_REF", "CONSTANT", "COMPARISON", "CONJUNCTION", "BETWEEN", "CASE", "CAST", "OPERATOR", "FUNCTION")
)

MAX_LENGTH = 20_000  # characters of an expression
MAX_DEPTH = 100  # levels of its syntax tree
MAX_PADDING = 1_000  # characters that lpad and rpad fill up to
