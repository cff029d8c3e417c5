#!/usr/bin/env bash
# Writes .env.example with a secret drawn for each name that has none: deploy/env.sh > .env
set -euo pipefail
# A file that it is written to is its owner's alone.
if [[ -f /dev/stdout ]]; then chmod 600 /dev/stdout; fi
while IFS= read -r line; do
  if [[ "$line" =~ ^[A-Z_]+=$ ]]; then
    printf '%s%s\n' "$line" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
  else
    printf '%s\n' "$line"
  fi
done < "$(dirname "$0")/../.env.example"
