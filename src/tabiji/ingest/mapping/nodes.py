"""Reading the nodes of a mapping file: right types come out, everything else becomes a problem with its line."""

from collections.abc import Iterable
from typing import Any

from tabiji.i18n import N_
from tabiji.ingest.mapping.model import Expr
from tabiji.journeymap.problems import Hint, Problem
from tabiji.journeymap.yaml_file.nodes import ListNode, MappingNode, Node, ScalarNode


class Reader:
    """Collects problems while nodes are read. What it returns for a wrong node is empty, so that reading goes on."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def problem(self, node: Node, code: str, message: str, **values: Any) -> None:
        """Note something wrong at a node."""
        self.problems.append(Problem("error", code, node.line, node.column, "", message, values))

    def wrong(self, node: Node, key: str, wanted: str) -> None:
        """Note that a value is of the wrong kind."""
        self.problem(node, "wrong_type", N_("{key!r} must be {wanted}"), key=key, wanted=wanted)

    def mapping(self, node: Node, what: str, known: tuple[str, ...]) -> dict[str, Node] | None:
        """The entries of a mapping node; unknown keys are problems that name the nearest known one."""
        if not isinstance(node, MappingNode):
            self.wrong(node, what, N_("a mapping of names to values"))
            return None
        for key, _ in node.entries:
            if key.text not in known:
                message = N_("unknown {what} key {name!r}{hint}")
                self.problem(key, "unknown_key", message, what=what, name=key.text, hint=Hint(key.text, known))
        return {key.text: value for key, value in node.entries if key.text in known}

    def entries(self, node: MappingNode) -> dict[str, Node]:
        """All entries of a mapping node, whatever their keys."""
        return {key.text: value for key, value in node.entries}

    def items(self, node: Node, key: str) -> tuple[Node, ...]:
        """The items of a list node."""
        if not isinstance(node, ListNode):
            self.wrong(node, key, N_("a list"))
            return ()
        return node.items

    def texts(self, node: Node | None, key: str) -> dict[str, str]:
        """A mapping of names to words."""
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.wrong(node, key, N_("a mapping of names to values"))
            return {}
        found = {}
        for name, value in node.entries:
            if isinstance(value, ScalarNode) and value.text:
                found[name.text] = value.text
            else:
                self.wrong(value, name.text, N_("a text"))
        return found

    def optional_text(self, keys: dict[str, Node], key: str, *, blank: bool = False) -> str | None:
        """A text, or None where the key is absent; `blank` = it may consist of white space."""
        node = keys.get(key)
        if node is None:
            return None
        if not isinstance(node, ScalarNode) or node.value is None or not (node.text if blank else node.text.strip()):
            self.wrong(node, key, N_("a text"))
            return None
        return node.text if blank else node.text.strip()

    def required_text(self, node: Node, keys: dict[str, Node], key: str) -> str:
        """A text that must be there; empty where it is not."""
        if key not in keys:
            self.problem(node, "missing_key", N_("{key!r} is missing"), key=key)
            return ""
        return self.optional_text(keys, key) or ""

    def text_or_number(self, keys: dict[str, Node], key: str) -> str | int | None:
        """A text, a whole number, or None where the key is absent."""
        node = keys.get(key)
        if isinstance(node, ScalarNode) and isinstance(node.value, int) and not isinstance(node.value, bool):
            return int(node.value)
        return self.optional_text(keys, key)

    def expression(self, keys: dict[str, Node] | None, key: str) -> Expr | None:
        """An expression as written (numbers and truth values are expressions too), or None where the key is absent."""
        node = (keys or {}).get(key)
        if node is None:
            return None
        if not isinstance(node, ScalarNode) or node.value is None or not node.text.strip():
            self.wrong(node, key, N_("an SQL expression"))
            return None
        return Expr(node.text.strip(), node.line)

    def known(self, node: Node, what: str, name: str, known: Iterable[str]) -> bool:
        """Whether `name` is one of `known`; a problem where it is not."""
        names = tuple(known)
        if name in names:
            return True
        message = N_("there is no {what} {name!r}{hint}")
        self.problem(node, "unknown_name", message, what=what, name=name, hint=Hint(name, names))
        return False
