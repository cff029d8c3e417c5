#!/usr/bin/env bash
# Writes .env.example with a secret drawn for each name that has none: deploy/env.sh > .env
set -euo pipefail
while IFS= read -r line; do
  if [[ "$line" =~ ^[A-Z_]+=$ ]]; then
    printf '%s%s\n' "$line" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
  else
    printf '%s\n' "$line"
  fi
done < "$(dirname "$0")/../.env.example"
