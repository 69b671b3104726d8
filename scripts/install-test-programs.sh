#!/usr/bin/env bash
# The programs the tests drive that are no Python or npm package: a Redis server, a Chromium, openssl for a certificate;
# and, where they can be had, Chromium's headless shell, in which pages cost less than in the whole browser, and a Valkey
# server, which knows what Debian's Redis does not (WAITAOF).
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium)
command -v openssl >/dev/null || missing+=(openssl)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need ${missing[*]}: on Debian run 'apt install ${missing[*]}', then this again." >&2
    exit 1
  fi
  ./apt-install.sh "${missing[@]}"
fi

# Gets a program that the tests can do without, or says what they do then. What cannot be had is not asked for again for
# a day.
try() { # program, what is done without it, the command that gets it
  local program=$1 instead=$2 refused=../.venv/.no-$1
  command -v "$program" >/dev/null && return
  if [ -n "$(find "$refused" -mmin -1440 2>/dev/null)" ] || { ! "${@:3}" && touch "$refused"; }; then
    echo "There is no $program to be had here: $instead." >&2
  fi
}

# Both of one version: they share files.
fetch_shell() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && ./apt-install.sh chromium chromium-headless-shell
}

try chromium-headless-shell 'pages are tested in the whole Chromium, which takes longer' fetch_shell
try valkey-server 'the log is tested on redis-server alone' ./fetch-valkey.sh
