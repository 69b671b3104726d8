#!/usr/bin/env bash
# Puts a Valkey server beside the programs of the environment, .venv/bin/valkey-server: from the Debian this machine runs,
# or its backports, by the sources it has already. Nothing is installed or started and no source is added, so it needs no
# root and leaves the machine's Redis alone. Fails without a word where it cannot be had.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && [ -r /etc/os-release ]
. /etc/os-release

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{sources,lists/partial,cache/archives/partial,debs,files}

options=(-o "Dir::Etc::SourceList=$folder/none" -o "Dir::Etc::SourceParts=$folder/sources")
options+=(-o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache")
options+=(-o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 -o Acquire::Retries=0 -o APT::Sandbox::User=)

keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keys" ] && signed="[signed-by=$keys]" || signed=
apt-get update --print-uris 2>/dev/null | sed -n "s|^'\(.*\)/dists/$VERSION_CODENAME/InRelease'.*|\1|p" | sort -u |
  while read -r uri; do
    for suite in "$VERSION_CODENAME" "$VERSION_CODENAME-backports"; do echo "deb $signed $uri $suite main"; done
  done >"$folder/sources/debian.list"

touch "$folder/none"
# Some source may have no backports; whether the packages are there, the next step tells.
apt-get "${options[@]}" update >/dev/null 2>&1 </dev/null || true
(cd "$folder/debs" && apt-get "${options[@]}" download valkey-server valkey-tools >/dev/null 2>&1 </dev/null)
for deb in "$folder"/debs/*.deb; do dpkg-deb -x "$deb" "$folder/files"; done
cp -L "$folder/files/usr/bin/valkey-server" "$folder/valkey-server"
# It needs libraries that a machine with Debian's Redis has.
"$folder/valkey-server" --version >/dev/null 2>&1
mv "$folder/valkey-server" .venv/bin/valkey-server
