#!/usr/bin/env bash
# Installs Debian packages, as root, with one line to say so and all that apt said only if it fails.
set -euo pipefail

log=$(mktemp)
policy=/usr/sbin/policy-rc.d
made_policy=no
tidy() {
  rm -f "$log"
  if [ "$made_policy" = yes ]; then rm -f "$policy"; fi
}
trap tidy EXIT

# A package that starts its service on installation would take a port nobody asked for.
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  made_policy=yes
fi

echo "Installing $*." >&2
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  echo "Installing $* failed; what apt said is above." >&2
  exit 1
fi
