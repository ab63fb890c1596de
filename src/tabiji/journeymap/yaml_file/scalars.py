"""What a plain scalar means in YAML 1.2 (core schema), and which characters no text may hold."""

import re
from typing import Any

# What XML, hence SVG and slides, cannot hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = {".nan": "nan", ".inf": "inf", "+.inf": "inf", "-.inf": "-inf"}


def resolve(plain: str) -> Any:
    """The value of a plain scalar by the core schema of YAML 1.2."""
    if plain in ("", "~", "null", "Null", "NULL"):
        return None
    if plain in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return plain[0] in "tT"
    if _INT.fullmatch(plain) and len(plain) < 300:
        return int(plain)
    if _BASED.fullmatch(plain):
        return int(plain, 0)
    if _FLOAT.fullmatch(plain) and len(plain) < 300:
        return float(plain)
    if plain.lower() in _SPECIAL:
        return float(_SPECIAL[plain.lower()])
    return plain
