"""`corpus links page`: proposals reviewed in the browser, one at a time, on this machine alone."""

import click

from corpus.command import Command, pass_command


@click.command()
@click.option("--by", required=True, help="Who decides.")
@click.option("--council", default="", help="Code of a council.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8003,
    show_default=True,
    help="Port on this machine; 0 takes a free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
@pass_command
def page(command: Command, by: str, council: str, port: int, open_browser: bool) -> None:
    """Review the proposed links in the browser: one at a time, with its reasons and both papers.

    Each decision is appended to links.csv in the study at once; `corpus build` takes it from there.
    The page listens on 127.0.0.1 alone.

    \b
    Example:
      corpus links page --by anna --open
    """
    from publish.serve import serve
    from workbench.links_site import links_site

    folder = command.study().folder

    def ready(address: str) -> None:
        click.echo(f"Reviewing links as {by} at {address}/review (Ctrl-C stops it)")
        if open_browser:
            click.launch(f"{address}/review")

    with links_site(folder, by, council) as extend:
        serve(command.path, port, ready=ready, extend=extend)
