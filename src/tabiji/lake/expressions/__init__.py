"""Expressions that people write (mapping files, segments, persona rules): checked, then rendered anew.

The engine's own parser makes the syntax tree; only what is on the lists below is written out again, and only what was
written out is ever run. So nothing of the original text reaches the engine: no subquery, no table function, no file,
no setting, no second statement. The functions are deterministic, because importing a file twice must give the same rows.
"""

from tabiji.lake.expressions.rendering import check_expression, columns_of, render_expression
from tabiji.lake.expressions.syntax import ExpressionError, names_in

__all__ = ["ExpressionError", "check_expression", "columns_of", "names_in", "render_expression"]
