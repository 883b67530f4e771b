"""`corpus code`: people's codings; each command lies where its work is done."""

import click

from workbench.lazy import LazyGroup

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


class Code(LazyGroup):
    """Commands about people's codings."""

    places = COMMANDS


@click.group(cls=Code)
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
