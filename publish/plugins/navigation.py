"""The menu, for the frame of every page."""

from typing import Any

from publish.hooks import hook
from publish.navigation import MENU, group_of


@hook
def prepare_jinja2_environment(env: Any) -> None:
    """Give the templates the menu."""
    env.globals["menu"] = MENU
    env.globals["group_of"] = group_of
