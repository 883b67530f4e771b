#!/bin/sh
# Make a virtual environment with this project in it: venv.sh FOLDER REQUIREMENT
set -eu
folder=$1
requirement=$2

newest() {
    for name in python3.13 python3.12 python3.11 python3 python; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    echo "Council Corpus needs Python 3.11 or newer; none was found. See https://www.python.org/." >&2
    exit 1
}

python=$(newest)
if [ ! -x "$folder/bin/python" ]; then
    # Debian and Ubuntu keep the venv module's parts in a package of their own.
    if ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
        sh "$(dirname "$0")/apt.sh" "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" || {
            echo "$python cannot make virtual environments: install its venv package (Debian: apt install python3-venv)." >&2
            exit 1
        }
    fi
    echo "Making a virtual environment in $folder with $("$python" --version)" >&2
    "$python" -m venv "$folder"
fi
echo "Installing Council Corpus and its libraries (a minute or two)" >&2
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --editable "$requirement"
