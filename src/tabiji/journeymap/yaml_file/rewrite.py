"""Change a user's file into another map by touching only what differs.

The file's tree is walked beside the plain data of the old and the new map; every difference becomes an edit of the
smallest part that holds it. The result is read again and must be the new map; where a layout is beyond this (anchors,
say), whole keys of the map are written anew, and at the very last the whole file.
"""

import json
from difflib import SequenceMatcher
from typing import Any

from tabiji.journeymap.model import JourneyMap
from tabiji.journeymap.problems import MapError
from tabiji.journeymap.yaml_file.emit import after_colon, after_dash, entry, flow, item, scalar
from tabiji.journeymap.yaml_file.nodes import Document, ListNode, MappingNode, Node
from tabiji.journeymap.yaml_file.read import parse
from tabiji.journeymap.yaml_file.splice import CannotSplice, Edit, Layout, apply, replaced, written_like
from tabiji.journeymap.yaml_file.write import OPEN, dump, to_dict

PASSES = 3  # a second pass mends what the first moved (numbered ids, users of an anchor), a third writes keys anew


def rewrite(old_text: str, new_map: JourneyMap) -> str:
    """The text of `old_text` changed so that it says `new_map`; comments, order and quoting of the rest stay.

    Raises MapError where the old text is not a map."""
    mark = "\ufeff" if old_text.startswith("\ufeff") else ""
    text = old_text
    for n in range(PASSES):
        parsed = parse(text)
        if parsed.map is None or parsed.document is None:
            if n == 0:
                raise MapError(parsed.problems)
            break
        if parsed.map == new_map:
            return text if n == 0 else mark + text
        try:
            text = _Walk(parsed.document).whole(to_dict(parsed.map), to_dict(new_map), coarse=n == PASSES - 1)
        except CannotSplice:
            break
    return mark + (text if parse(text).map == new_map else dump(new_map))


class _Walk:
    """One pass over one text."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.root = document.root
        self.layout = Layout(document.text)

    def whole(self, old: dict[str, Any], new: dict[str, Any], coarse: bool) -> str:
        """The text after the edits; `coarse` = every key of the map that differs is written anew."""
        if not isinstance(self.root, MappingNode):
            raise CannotSplice
        return apply(self.text, self.mapping(self.root, old, new, OPEN, coarse))

    def mapping(
        self,
        node: MappingNode,
        old: dict[str, Any],
        new: dict[str, Any],
        open_: dict[str, int] | int,
        coarse: bool = False,
    ) -> list[Edit]:
        gone = [k for k in old if k not in new]
        kept = [i for i, (k, _) in enumerate(node.entries) if k.text not in gone]
        if not kept:
            raise CannotSplice
        edits: list[Edit] = []
        written = {k.text for k, _ in node.entries}
        for key, value in node.entries:
            was, says = old.get(key.text, _NOTHING), new.get(key.text, _NOTHING)
            reordered = isinstance(open_, dict) and key.text == "lanes" and _order_differs(was, says)
            if says is not _NOTHING and (was != says or reordered):
                levels = open_.get(key.text, 0) if isinstance(open_, dict) else open_
                edits += self._value(node, key, value, was, says, levels, coarse or reordered)
        edits += self._added(node, kept, [k for k in new if k not in written], new, open_)
        return edits + self._removed(node, kept)

    def _value(
        self, holder: MappingNode, key: Node, node: Node, old: Any, new: Any, open_: int, coarse: bool
    ) -> list[Edit]:
        head = self.layout.colon(key) + 1
        if not coarse:
            try:
                inner = self.inner(node, old, new, open_)
                if inner is not None:
                    return inner
            except CannotSplice:
                pass
        if holder.flow:
            return [Edit(head, self.layout.value_end(key, node), f" {written_like(node, new)}")]
        column = key.column - 1
        lines = after_colon(new, column, self.text[self.layout.line_start(key.start) : head], open_)
        return replaced(self.layout, head, node, lines, new)

    def inner(self, node: Node, old: Any, new: Any, open_: int) -> list[Edit] | None:
        """Edits inside a node, or None where it has to be replaced as a whole."""
        if node.alias or old is _NOTHING or not old or not new:
            return None
        if isinstance(node, MappingNode) and isinstance(old, dict) and isinstance(new, dict):
            return self.mapping(node, old, new, open_ - 1)
        if (
            isinstance(node, ListNode)
            and isinstance(old, list)
            and isinstance(new, list)
            and len(node.items) == len(old)
        ):
            return self._flow_list(node, old, new) if node.flow else self._block_list(node, old, new, open_ - 1)
        return None

    # Keys of a mapping

    def _added(
        self, node: MappingNode, kept: list[int], keys: list[str], new: dict[str, Any], open_: dict[str, int] | int
    ) -> list[Edit]:
        """Each new key after the last kept one that stands before it in the canonical order, else after the first."""
        order = list(new)
        edits = []
        for name in keys:
            before = [i for i in kept if node.entries[i][0].text in order[: order.index(name)]]
            place = max(before) if before else kept[0]
            while place + 1 in kept and node.entries[place + 1][0].text not in order:  # defaults that were written down
                place += 1
            key, value = node.entries[place]
            end = self.layout.value_end(key, value)
            if node.flow:
                edits.append(Edit(end, end, f", {scalar(name)}: {flow(new[name])}"))
                continue
            at = self.layout.line_end(end)
            levels = open_.get(name, 0) if isinstance(open_, dict) else open_
            lines = entry(name, new[name], node.entries[0][0].column - 1, levels)
            edits.append(Edit(at, at, "".join(self.layout.newline + line for line in lines)))
        return edits

    def _removed(self, node: MappingNode, kept: list[int]) -> list[Edit]:
        gone = [i for i in range(len(node.entries)) if i not in kept]
        if node.flow:
            spans = [(k.start, self.layout.value_end(k, v)) for k, v in node.entries]
            return _cut_flow(spans, gone)
        edits = []
        for i in gone:
            key, value = node.entries[i]
            start = self.layout.line_start(key.start)
            end = self.layout.line_end(self.layout.value_end(key, value))
            if self.text[start : key.start].strip():  # the first key stands behind a dash: the next one moves up
                if i + 1 not in kept:
                    raise CannotSplice
                edits.append(Edit(key.start, node.entries[i + 1][0].start, ""))
            else:
                edits.append(self._without_lines(start, end))
        return edits

    def _without_lines(self, start: int, end: int) -> Edit:
        """Cut whole lines, with the line break before them (at the top of the file: after them)."""
        if start == 0:
            return Edit(0, self.layout.next_line(end), "")
        return Edit(self.layout.line_end(self.layout.line_start(start - 1)), end, "")

    # Items of a list

    def _flow_list(self, node: ListNode, old: list[Any], new: list[Any]) -> list[Edit]:
        pairs = pair(old, new)
        kept = [i for i in pairs if i is not None]
        if not kept:
            raise CannotSplice
        if kept != sorted(kept):
            parts = [
                self._flow_item(node.items[i], old[i], v) if i is not None else flow(v)
                for i, v in zip(pairs, new, strict=True)
            ]
            return [Edit(node.items[0].start, node.items[-1].end, ", ".join(parts))]
        edits: list[Edit] = []
        last: int | None = None
        for i, value in zip(pairs, new, strict=True):
            if i is None:
                at = node.items[kept[0]].start if last is None else node.items[last].end
                edits.append(Edit(at, at, f"{flow(value)}, " if last is None else f", {flow(value)}"))
            else:
                last = i
                if old[i] != value:
                    edits += self._flow_edits(node.items[i], old[i], value)
        spans = [(n.start, n.end) for n in node.items]
        return edits + _cut_flow(spans, [i for i in range(len(old)) if i not in kept])

    def _flow_edits(self, node: Node, old: Any, new: Any) -> list[Edit]:
        try:
            inner = self.inner(node, old, new, 0)
        except CannotSplice:
            inner = None
        return [Edit(node.start, node.end, written_like(node, new))] if inner is None else inner

    def _flow_item(self, node: Node, old: Any, new: Any) -> str:
        return apply(self.text, self._flow_edits(node, old, new) if old != new else [], node.start, node.end)

    def _block_list(self, node: ListNode, old: list[Any], new: list[Any], open_: int) -> list[Edit]:
        dashes = self.layout.dashes(node)
        pairs = pair(old, new)
        changes = [
            self._block_item(node, i, dashes, old[i], value, open_) if i is not None and old[i] != value else []
            for i, value in zip(pairs, new, strict=True)
        ]
        if pairs == list(range(len(old))):
            return [edit for edits in changes for edit in edits]
        first = self.layout.line_start(dashes[0])
        if self.text[first : dashes[0]].strip():
            raise CannotSplice
        ends = [self.layout.line_end(self.layout.item_end(node, i, dashes)) for i in range(len(old))]
        starts = [first, *(self.layout.next_line(end) for end in ends[:-1])]
        blocks = [
            apply(self.text, edits, starts[i], ends[i])
            if i is not None
            else self.layout.newline.join(item(value, node_column(node), open_))
            for i, value, edits in zip(pairs, new, changes, strict=True)
        ]
        blocks[0] = blocks[0].lstrip("\r\n")
        return [Edit(first, ends[-1], self.layout.newline.join(blocks))]

    def _block_item(self, node: ListNode, i: int, dashes: list[int], old: Any, new: Any, open_: int) -> list[Edit]:
        child = node.items[i]
        try:
            inner = self.inner(child, old, new, open_)
        except CannotSplice:
            inner = None
        if inner is not None:
            return inner
        return replaced(self.layout, dashes[i] + 1, child, after_dash(new, node_column(node), open_), new)


_NOTHING = object()


def _order_differs(old: Any, new: Any) -> bool:
    """Whether two tables hold their common keys in different orders (the order of roles is the order of lanes)."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return False
    return [k for k in old if k in new] != [k for k in new if k in old]


def node_column(node: ListNode) -> int:
    """Spaces before the dashes of a block list."""
    return node.column - 1


def _cut_flow(spans: list[tuple[int, int]], gone: list[int]) -> list[Edit]:
    """Cut items out of a flow collection together with one comma each."""
    edits = []
    for i in gone:
        if i + 1 < len(spans) and any(j not in gone for j in range(i + 1, len(spans))):
            edits.append(Edit(spans[i][0], spans[i + 1][0], ""))
        elif i > 0:
            edits.append(Edit(spans[i - 1][1], spans[i][1], ""))
    return edits


def identity(value: Any) -> str:
    """What makes an item of a list the same item: its id, else its role or stage, else all that it says."""
    if isinstance(value, dict):
        if "id" in value:
            return f"id {value['id']}"
        if set(value) <= {"role", "required", "weight"} and "role" in value:
            return f"role {value['role']}"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def pair(old: list[Any], new: list[Any]) -> list[int | None]:
    """For each new item the index of the old one that it continues; None = it is new. No index comes twice."""
    before, after = [identity(v) for v in old], [identity(v) for v in new]
    free: dict[str, list[int]] = {}
    for i, name in reversed(list(enumerate(before))):
        free.setdefault(name, []).append(i)
    pairs: list[int | None] = [free[name].pop() if free.get(name) else None for name in after]
    left = [i for i in range(len(old)) if i not in pairs]
    for op, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "replace":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=False):
                if pairs[j] is None and i in left:
                    pairs[j] = i
    return pairs
