"""The records of a result as a file that spreadsheets open."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    """Records as CSV with a BOM, so that spreadsheets read it as UTF-8; a text that a spreadsheet would run is quoted off.

    columns: the head where there is no record. A record may leave out what another one tells (a `reason`)."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.DictWriter(out, list(dict.fromkeys(k for row in rows for k in row)) or list(columns))
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"'{v}" if isinstance(v, str) and v[:1] in "=+-@\t\r" else v for k, v in row.items()})
    return out.getvalue()


def csv_response(rows: Sequence[Mapping[str, Any]], name: str, columns: Sequence[str] = ()) -> Response:
    """The same as a download called `name`."""
    return Response(
        csv_text(rows, columns),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
