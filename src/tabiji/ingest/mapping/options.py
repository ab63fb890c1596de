"""How a file is read, as its entry of a mapping says: zone, kind, types, formats of days, delimiter, header."""

from zoneinfo import available_timezones

from tabiji.i18n import N_
from tabiji.ingest.mapping.nodes import Reader
from tabiji.ingest.sources.files import FORMATS
from tabiji.ingest.values.dates import strptime_format
from tabiji.ingest.values.types import TYPE_NAMES, Kind
from tabiji.journeymap.yaml_file.nodes import Node, ScalarNode


def timezone(reader: Reader, keys: dict[str, Node]) -> str | None:
    """The zone of timestamps that carry none."""
    name = reader.optional_text(keys, "timezone")
    if name is not None:
        reader.known(keys["timezone"], "time zone", name, available_timezones())
    return name


def kind_of_file(reader: Reader, keys: dict[str, Node]) -> str | None:
    """What kind of file it is, where its name does not say."""
    name = reader.optional_text(keys, "format")
    if name is None or not reader.known(keys["format"], "format", name.lower(), FORMATS):
        return None
    return name.lower()


def types(reader: Reader, node: Node | None) -> dict[str, Kind]:
    """Column → kind, whatever the type was called."""
    said = reader.texts(node, "types")
    known = {column for column, name in said.items() if node and reader.known(node, "type", name, TYPE_NAMES)}
    return {column: TYPE_NAMES[said[column]] for column in said if column in known}


def date_formats(reader: Reader, node: Node | None) -> tuple[str | None, dict[str, str]]:
    """One format for the whole table, or one per column."""
    if node is None:
        return None, {}
    if isinstance(node, ScalarNode):
        return _format(reader, node, node.text), {}
    return None, {column: _format(reader, node, said) for column, said in reader.texts(node, "date_format").items()}


def delimiter(reader: Reader, keys: dict[str, Node]) -> str | None:
    """What stands between the columns of a text file."""
    said = reader.optional_text(keys, "delimiter", blank=True)
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
    if said is None:
        return None
    found = named.get(said.lower(), said)
    if not 1 <= len(found) <= 4 or any(c in found for c in '"\r\n'):
        reader.problem(
            keys["delimiter"], "bad_delimiter", "a delimiter is 1 to 4 characters, not a quote or a line end"
        )
    return found


def header(reader: Reader, node: Node | None) -> bool | tuple[str, ...]:
    """Whether the first line holds the names of the columns, or these names."""
    if node is None:
        return True
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return node.value
    names = tuple(item.text for item in reader.items(node, "header") if isinstance(item, ScalarNode))
    if not names or len({n.casefold() for n in names}) < len(names):
        reader.problem(node, "bad_header", N_("{key!r} must be true, false or a list of different names"), key="header")
    return names


def _format(reader: Reader, node: Node, said: str) -> str:
    found = strptime_format(said)
    if found is None:
        reader.problem(
            node, "bad_format", N_("the date format {said!r} is not understood; it looks like '%d/%m/%Y'"), said=said
        )
    return found or said
