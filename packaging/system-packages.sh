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
courier=/var/cache/postscope-test/courier
wants_courier=
case " $* " in *" test "*) [ -x $courier/usr/bin/imapd ] || wants_courier=1 ;; esac
[ ${#missing[@]} -eq 0 ] && [ -z "$wants_courier" ] && exit 0
if [ "$(id -u)" -eq 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  [ ${#missing[@]} -eq 0 ] || apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  if [ -n "$wants_courier" ]; then
    # Debian does not let Courier be installed beside Dovecot: it is unpacked, and run by the tests from there.
    room=$(mktemp -d)
    chmod 755 "$room"
    (cd "$room" && apt-get download -qq $(sed -n 's/^courier: //p' "$OLDPWD/debian-packages.txt") 2>/dev/null)
    mkdir -p $courier.new
    for package in "$room"/*.deb; do dpkg -x "$package" $courier.new; done
    rm -rf $courier "$room" && mv $courier.new $courier
  fi
elif [ ${#missing[@]} -gt 0 ]; then
  echo "These Debian packages are missing; what needs them is skipped. Install them with:"
  echo "  sudo apt-get install --no-install-recommends ${missing[*]}"
fi
