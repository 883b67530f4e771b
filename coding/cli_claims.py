"""`corpus claims`: whether what was concluded still rests on what was read."""

from typing import TYPE_CHECKING

import click

from corpus.command import Command, Exit, json_option, pass_command, say

if TYPE_CHECKING:
    from coding.check_claims import Verdict


@click.command()
@json_option
@pass_command
def claims(command: Command, as_json: bool) -> None:
    """Say whether the evidence of the study's claims still stands.

    A claim is a sentence in the study's claims.yaml, with the mentions that support it and those
    that contradict it, who looked at them, and when. A cited paper has changed where it was
    replaced or is gone since that day, or where the mention is no longer counted or found. Each
    `corpus build` looks again, for the site and for releases. Ends with 3 where a paper changed.

    \b
    Example:
      corpus claims
    """
    from coding.check_claims import check
    from coding.claims import load_claims

    wanted = load_claims(command.study().folder)
    with command.read() as store:
        verdicts = list(check(store, wanted))
    told = [v.row() | {"mentions": [one.row() for one in v.cited]} for v in verdicts]
    lines = [line for verdict in verdicts for line in _lines(verdict)]
    say(told, as_json=as_json, lines=lines or ["No claim: write one into the study's claims.yaml."])
    if any(verdict.changed for verdict in verdicts):
        click.get_current_context().exit(Exit.CHECK_FAILED)


def _lines(verdict: "Verdict") -> list[str]:
    """Return a claim for people, with each mention that does not stand as it did."""
    from coding.check_claims import STANDS, STATES

    told = verdict.row()
    lines = [f"{told['claim']}: {told['sentence']}"]
    lines.append(
        f"  {told['supports']} support, {told['contradicts']} contradict; {verdict.line} "
        f"({told['reviewer']})"
    )
    for one in verdict.cited:
        if one.state != STANDS:
            what = f"{STATES[one.state]}: {one.why}"
            lines.append(f"  {one.side} {one.mention} ({one.paper}): {what}")
    return lines
