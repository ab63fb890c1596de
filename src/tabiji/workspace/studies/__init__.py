"""Studies: a question with its answer at a moment, shown beside the answer of today and what made the difference."""

from tabiji.workspace.studies.result import Figure, Reason, StudyResult
from tabiji.workspace.studies.store import StudyExistsError, StudyNameError, StudyStore
from tabiji.workspace.studies.study import Study

__all__ = ["Figure", "Reason", "Study", "StudyExistsError", "StudyNameError", "StudyResult", "StudyStore"]
