"""Makes the site's changes to Datasette where plain `datasette` serves it, as hosts do."""

from typing import Any

from publish.hooks import hook
from publish.site import prepare


@hook
def startup(datasette: Any) -> None:
    """Prepare Datasette before its first answer."""
    prepare()
