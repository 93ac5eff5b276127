#!/usr/bin/env bash
# Installs the Debian packages of the named groups (qt, test) that are missing; without root it prints the command.
set -euo pipefail
cd "$(dirname "$0")"
command -v dpkg-query >/dev/null || { echo "This is no Debian system: install what packaging/debian-packages.txt lists by its local names."; exit 0; }
missing=()
for group in "$@"; do
  while read -r name; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q "install ok installed" || missing+=("$name")
  done < <(sed -n "s/^$group: //p" debian-packages.txt | tr ' ' '\n')
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -eq 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "These Debian packages are missing; what needs them is skipped. Install them with:"
  echo "  sudo apt-get install --no-install-recommends ${missing[*]}"
fi
