"""`corpus links`: what belongs together; each command lies where its work is done."""

import click

from workbench.lazy import LazyGroup

COMMANDS: dict[str, str] = {
    "propose": "models.cli_links:propose",
    "list": "models.cli_links:list_",
    "review": "models.cli_links:review",
    "page": "workbench.links_page:page",
    "decide": "models.cli_links:decide",
    "export": "models.cli_links:export",
}


class Links(LazyGroup):
    """Commands about what belongs together."""

    places = COMMANDS


@click.group(cls=Links)
def links() -> None:
    """What belongs together: notices, papers, records, answers, products; proposed, then decided.

    \b
    Examples:
      corpus links propose
      corpus links list --decision proposed
      corpus links review --by anna
      corpus links decide ken-modgov-s12345 p_xantura --accept --by anna
      corpus links export systems/
    """
