"""Draw one page in a process of its own: what a notebook or script starts to show a page.

Not a worker of `corpus.pool`: those run their parent's main module again, which a script without a
main guard, or a notebook after `%reset`, does not survive.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

Boxes = Sequence[Sequence[float]]
SECONDS = 20.0
"""For one page; PDFium draws an ordinary one in a tenth of a second."""


def draw(path: Path, number: int, counted: Boxes, others: Boxes, limit_bytes: int) -> bytes | str:
    """Return a page of a PDF as PNG, or why it cannot be drawn, in a sentence."""
    order = json.dumps([str(path), number, [*counted], [*others], limit_bytes])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "workbench.draw"]
    try:
        done = subprocess.run(
            command,
            input=order.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        return f"Drawing it took longer than {SECONDS:g} seconds."
    if done.returncode == 0 and done.stdout.startswith(b"\x89PNG"):
        return done.stdout
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return f"The page could not be drawn: {said[-1][:300] if said else 'its reader died'}"


def main() -> None:
    """Read an order from stdin, write the picture to stdout; errors end the process."""
    from corpus.pool import limit_memory
    from publish.render import render

    path, number, counted, others, limit_bytes = json.loads(sys.stdin.buffer.read())
    limit_memory(limit_bytes)
    boxes = [tuple((x0, top, x1, bottom) for x0, top, x1, bottom in b) for b in (counted, others)]
    sys.stdout.buffer.write(render(Path(path), number, *boxes))


if __name__ == "__main__":
    main()
