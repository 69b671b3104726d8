#!/usr/bin/env bash
# The programs the tests drive that are no Python or npm package: a Redis server, a Chromium, and openssl for a
# certificate.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium)
command -v openssl >/dev/null || missing+=(openssl)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The tests need ${missing[*]}: on Debian run 'apt install ${missing[*]}', then this again." >&2
  exit 1
fi
./apt-install.sh "${missing[@]}"
