"""From the heads of exported files to a proposed mapping: what each file is, which column says what, what happened when.

A guess is only a proposal: a reader sees it with sample values and corrects it. Names are weighed by `words`, values by `values` and
`readings`, one file by `table` and `events`, files of a whole database by `database`, files that belong together by `meet`.
"""

from tabiji.ingest.guess.head import read_head
from tabiji.ingest.guess.mapping import made_key, to_mapping, to_yaml
from tabiji.ingest.guess.meet import guess
from tabiji.ingest.guess.model import EventGuess, LookupGuess, Note, Sample, TableGuess
from tabiji.ingest.guess.table import guess_table
from tabiji.ingest.guess.values import TimeFormat, time_format

__all__ = [
    "EventGuess",
    "LookupGuess",
    "Note",
    "Sample",
    "TableGuess",
    "TimeFormat",
    "guess",
    "guess_table",
    "made_key",
    "read_head",
    "time_format",
    "to_mapping",
    "to_yaml",
]
