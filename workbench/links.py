"""`corpus links`: what belongs together; each command lies where its work is done."""

import importlib

import click

COMMANDS: dict[str, str] = {
    "propose": "models.cli_links:propose",
    "list": "models.cli_links:list_",
    "review": "models.cli_links:review",
    "page": "workbench.links_page:page",
    "decide": "models.cli_links:decide",
    "export": "models.cli_links:export",
}


class Below(click.Group):
    """A group that imports a command when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


@click.group(cls=Below)
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
