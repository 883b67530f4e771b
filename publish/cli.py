"""The command that shows the corpus: `corpus serve`."""

import click

from corpus.command import Command, pass_command


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port on this machine; 0 takes a free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.option(
    "--public-host",
    "hosts",
    multiple=True,
    help="A name at which a published corpus is reached through a reverse proxy; may be repeated.",
)
@pass_command
def serve(command: Command, port: int, open_browser: bool, hosts: tuple[str, ...]) -> None:
    """Serve the corpus as a Datasette site on this machine.

    The site listens on 127.0.0.1 alone and only reads: a build or crawl may go on meanwhile.
    Stop it with Ctrl-C.

    \b
    Examples:
      corpus serve
      corpus --corpus county.db serve --port 8010 --open
      corpus --corpus public.db serve --public-host corpus.example.org
    """
    from publish.serve import serve as run

    def ready(address: str) -> None:
        click.echo(f"Serving {command.path} at {address}/ (Ctrl-C stops it)")
        if open_browser:
            click.launch(address)

    run(command.path, port, ready=ready, hosts=hosts)
