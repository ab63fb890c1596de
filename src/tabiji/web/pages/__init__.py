"""One folder per page: `routes.py` with `router` (and `NAV`, its lines of the rail), its templates beside it."""
