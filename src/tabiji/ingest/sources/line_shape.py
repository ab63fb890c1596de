"""Lines of a stream, measured and counted without keeping any: how long, how many, how they end."""

from typing import Literal

import numpy as np

from tabiji.ingest.errors import LineTooLongError

LineEnds = Literal["\n", "\r\n", "\r", "mixed"]


class LineShape:
    """Fed with chunks of UTF-8; the attributes are final when the last chunk has been fed."""

    def __init__(self, name: str, max_line_mb: int) -> None:
        self._name = name
        self._limit_mb = max_line_mb
        self._open = 0  # bytes since the last line end
        self._last = 0  # byte before the chunk
        self._n_lf = self._n_cr = self._n_crlf = 0
        self._blank_run = 0  # blank lines since the last line with a character

    def feed(self, chunk: bytes) -> None:
        """Measure a chunk. Raises LineTooLongError as soon as a line exceeds the limit."""
        if not chunk:
            return
        n_crlf = chunk.count(b"\r\n") + (self._last == 13 and chunk[0] == 10)
        n_cr, n_lf = chunk.count(b"\r"), chunk.count(b"\n")
        codes = np.frombuffer(chunk, np.uint8)
        lone_cr = n_cr > n_crlf
        ends = np.flatnonzero((codes == 10) | (codes == 13)) if lone_cr else np.flatnonzero(codes == 10)
        lengths = np.diff(ends, prepend=-1) - 1
        if len(lengths):
            lengths[0] += self._open
        rest = len(chunk) - int(ends[-1]) - 1 if len(ends) else self._open + len(chunk)
        limit = self._limit_mb * 2**20
        if rest > limit or (len(lengths) and int(lengths.max()) > limit):
            too_long = np.flatnonzero(lengths > limit)
            line = self._n_lines + (int(too_long[0]) if len(too_long) else len(ends)) + 1
            raise LineTooLongError(file=self._name, line=line, limit_mb=self._limit_mb)
        self._note_blank(codes, ends, lengths, rest)
        self._n_lf += n_lf
        self._n_cr += n_cr
        self._n_crlf += n_crlf
        self._open = rest
        self._last = chunk[-1]

    def _note_blank(
        self,
        codes: "np.ndarray[tuple[int], np.dtype[np.uint8]]",
        ends: "np.ndarray[tuple[int], np.dtype[np.int64]]",
        lengths: "np.ndarray[tuple[int], np.dtype[np.int64]]",
        rest: int,
    ) -> None:
        if len(ends):
            before = np.where(ends > 0, codes[ends - 1], self._last)
            filled = ~((lengths == 0) | ((lengths == 1) & (before == 13)))
            if filled.any():
                self._blank_run = int(np.argmax(filled[::-1]))
            else:
                self._blank_run += len(filled)
        if rest:
            self._blank_run = 0

    @property
    def _n_lines(self) -> int:
        return self._n_lf + self._n_cr - self._n_crlf

    @property
    def n_lines(self) -> int:
        """Number of lines, blank ones at the end left out; a last one that nothing ends counts."""
        return self._n_lines - self._blank_run + (self._open > 0)

    @property
    def line_ends(self) -> LineEnds:
        """The one kind of line end that occurs, or "mixed"."""
        kinds: dict[LineEnds, int] = {
            "\n": self._n_lf - self._n_crlf,
            "\r\n": self._n_crlf,
            "\r": self._n_cr - self._n_crlf,
        }
        found: list[LineEnds] = [end for end, n in kinds.items() if n > 0]
        return "mixed" if len(found) > 1 else found[0] if found else "\n"
