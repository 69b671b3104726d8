#!/usr/bin/env bash
# Exit status 0 if the first Node on the path can build the client (the range of client/package.json) and has its npm.
set -euo pipefail
command -v npm >/dev/null && node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  const recent = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  process.exit(recent ? 0 : 1);
' 2>/dev/null
