"""Commands that collect: `corpus import` and `corpus crawl`."""

from dataclasses import asdict
from pathlib import Path

import click

from corpus.command import Command, finish, json_option, pass_command, say


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", help="Id of the source; by default `folder-` and the folder's name.")
@click.option("--council", help="Code of the council that all files belong to, such as KEN.")
@click.option(
    "--metadata",
    type=click.Path(path_type=Path),
    help="CSV with the columns file, council, kind, title, published_on, url.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be imported, write nothing.")
@json_option
@pass_command
def import_(
    command: Command,
    paths: tuple[Path, ...],
    source: str | None,
    council: str | None,
    metadata: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in local files: folders, files, ZIPs.

    PDF, DOCX, HTML, text and OCDS JSON are read; every other kind is recorded by name. The same
    bytes are stored once, however often they are found.

    \b
    Examples:
      corpus import papers/ --council KEN
      corpus import ../shared-drive/papers --metadata papers.csv
      corpus import notices.jsonl.gz
    """
    from corpus.errors import BadMetadata
    from corpus.progress import progress
    from corpus.study import keep_study
    from crawler.importer import Request, find_files, import_files, source_of
    from crawler.metadata import read_metadata

    files = find_files(paths)
    study = command.study()
    if council and council not in study.councils:
        raise BadMetadata(
            f"No council has the code `{council}`; codes stand in {study.folder / 'councils.csv'}."
        )
    about = read_metadata(metadata, paths, study.councils) if metadata else {}
    request = Request(
        paths, source or source_of(paths), council, about, metadata.resolve() if metadata else None
    )
    if dry_run:
        say(
            {"source": request.source, "files": [str(file) for file in files]},
            as_json=as_json,
            lines=[f"{len(files):,} files would be imported as {request.source}", *map(str, files)],
        )
        return
    with command.write() as store, progress("importing", len(files)) as advance:
        keep_study(store, study)
        done = import_files(store, study, request, files, advance)
    say(
        asdict(done),
        as_json=as_json,
        lines=[
            f"{done.files:,} files looked at as {done.source}: {done.kept:,} documents kept, "
            f"{done.unchanged:,} unchanged, {done.skipped:,} files known already, "
            f"{done.forgotten:,} kept out as forgotten, {done.failed:,} failed.",
            "Next: `corpus build`.",
        ],
    )
    finish(done.failed)
