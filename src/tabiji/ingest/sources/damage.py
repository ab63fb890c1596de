"""What is wrong with a damaged file, in words for whoever exported it: engines speak of magic bytes and of their own temporary files."""

import re

from tabiji.i18n import N_, text

_CUT_OFF = N_("it is cut off")
_PARQUET = (  # what the engine's words have in common → what it means
    ("too small to be a parquet file", N_("it is empty or cut off")),
    ("no magic bytes found at end", N_("its end is missing: it is cut off, or is another kind of file")),
    ("footer length", _CUT_OFF),
    ("outside file", _CUT_OFF),
    ("out of buffer", _CUT_OFF),
    ("decompression failure", N_("a part of it cannot be unpacked")),
    ("tprotocolexception", N_("its list of columns is damaged")),
    ("don't know what type", N_("its list of columns is damaged")),
    ("encrypt", N_("it is encrypted")),
)
_PREFIX = re.compile(r"^(\w+ )*Error: ")
_STAGED = re.compile(r"""\s*(in |to read )?(file )?(["'])/.*?\3,?""")


def parquet_damage(error: Exception) -> str:
    """Why a Parquet file cannot be read, in the reader's language."""
    said = str(error).lower()
    known = next((message for words, message in _PARQUET if words in said), None)
    return text(known) if known is not None else text(N_("a part of it cannot be read"))


def engine_words(error: Exception) -> str:
    """The first line of what an engine says, without its kind of error and without the places of its temporary files."""
    line = str(error).strip().partition("\n")[0]
    return _STAGED.sub("", _PREFIX.sub("", line)).strip(" .")
