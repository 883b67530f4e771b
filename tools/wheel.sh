#!/bin/sh
# Test what a user installs, not the tree: build the wheel, install it apart, run the demo from it.
set -eu
here=$(pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"${VENV:-.venv}/bin/python" -m pip wheel --quiet --no-deps --wheel-dir "$place/dist" .
"${VENV:-.venv}/bin/python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$place"/dist/*.whl
cd "$place"
"$place/venv/bin/corpus" --corpus "$place/corpus.db" demo --no-serve
"$place/venv/bin/corpus" --corpus "$place/corpus.db" status
cd "$here"
