"""Who may see a table, worked out once: Datasette copies all metadata for each table it names."""

from functools import cache
from typing import Any

from publish.hooks import hook


@hook
def startup(datasette: Any) -> None:
    """Keep the answers: the metadata of a site does not change while it is served."""
    if hasattr(datasette, "_table_permission_allows"):  # it is Datasette's own, and may go
        datasette._table_permission_allows = cache(datasette._table_permission_allows)
