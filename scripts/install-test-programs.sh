#!/usr/bin/env bash
# The programs the tests drive that are no Python or npm package: a Redis server, a Chromium, openssl for a certificate,
# and, where it can be had, a Valkey server, which knows what Debian's Redis does not (WAITAOF).
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

# Where it cannot be had, that is not asked again for a day.
refused=../.venv/.no-valkey
if ! command -v valkey-server >/dev/null; then
  if [ -n "$(find "$refused" -mmin -1440 2>/dev/null)" ] || { ! ./fetch-valkey.sh && touch "$refused"; }; then
    echo 'There is no valkey-server to be had here: the log is tested on redis-server alone.' >&2
  fi
fi
