#!/usr/bin/env bash
# Tells which of the named commands are missing, and installs them from Debian's packages of the same name when it is
# told to: by INSTALL=1, which `make browser` sets, or as root in CI. Another user than root is asked first.
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
is_root=$([[ $(id -u) -eq 0 ]] && echo yes || echo no)
if [[ -z ${INSTALL:-} && ! (-n ${CI:-} && $is_root == yes) ]]; then
  echo "$told; run: make browser" >&2
  exit 1
fi
as_root=()
if [[ $is_root == no ]]; then
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
