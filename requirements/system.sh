#!/usr/bin/env bash
# Commands are named; those that are missing are installed from Debian's packages of the same name. As root that happens
# at once, as in CI. Another user is asked first, and where nobody can answer, what is missing is told.
set -euo pipefail

missing=()
for name in "$@"; do
  command -v "$name" > /dev/null || missing+=("$name")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

told="the tests of the page need ${missing[*]}, not installed here"
if ! command -v apt-get > /dev/null; then
  echo "$told; install it as your system does, then run make again" >&2
  exit 1
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  as_root=(sudo)
  if [[ ! -t 0 ]]; then
    echo "$told; run: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  read -r -p "$told. Run 'sudo apt-get install ${missing[*]}' now? [y/N] " answer
  if [[ $answer != [yY]* ]]; then
    echo "nothing was installed" >&2
    exit 1
  fi
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -qq -y "${missing[@]}"
