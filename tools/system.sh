#!/bin/sh
# Bring what the tests can use and the system lacks: Chromium for the site, Tesseract for scans,
# antiword and catdoc for Word files of before 2007, systemd's checker and cron for timers.
set -eu
wanted=
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || wanted="chromium"
command -v tesseract >/dev/null 2>&1 || wanted="$wanted tesseract-ocr"
command -v antiword >/dev/null 2>&1 || wanted="$wanted antiword"
command -v catdoc >/dev/null 2>&1 || wanted="$wanted catdoc"
command -v systemd-analyze >/dev/null 2>&1 || wanted="$wanted systemd"
command -v crontab >/dev/null 2>&1 || wanted="$wanted cron"
[ -n "$wanted" ] || exit 0
echo "Installing $wanted for the tests" >&2
# shellcheck disable=SC2086 # a list of package names
sh "$(dirname "$0")/apt.sh" $wanted ||
    echo "Not allowed here, or no apt: tests that need $wanted will be skipped by name." >&2
