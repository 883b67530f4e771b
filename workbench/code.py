"""`corpus code`: people's codings; each command lies where its work is done."""

import importlib

import click

COMMANDS: dict[str, str] = {
    "sample": "coding.cli_sample:sample",
    "page": "workbench.coding_page:page",
    "import": "coding.cli_code:import_",
    "status": "coding.cli_code:status",
    "agree": "coding.cli_agree:agree",
    "adjudicate": "coding.cli_agree:adjudicate",
    "export": "coding.cli_exchange:export",
    "measure": "coding.cli_measure:measure",
    "next": "coding.cli_measure:next_",
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
def code() -> None:
    """People's codings: draw a sample, code it, measure agreement, settle, exchange.

    \b
    Examples:
      corpus code sample --of passages --size 100 --coder anna --coder ben --double 0.3
      corpus code page passages-1-3f2a --coder anna
      corpus code agree
      corpus code measure
      corpus code next --limit 20
    """
