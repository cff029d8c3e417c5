#!/usr/bin/env bash
# One member of the replica set. Members know each other by a key that they all have; MongoDB wants it as a file that
# nobody else may read, so it is written to memory at the start. A key file also means: nobody gets in without a password.
set -euo pipefail
: "${MONGO_KEY:?the key that all members have}"
umask 077
printf '%s' "$MONGO_KEY" > /tmp/replica-set.key
unset MONGO_KEY
# The cache is half of what the container may have; the rest is for connections and the file system.
exec mongod --replSet backseat --keyFile /tmp/replica-set.key --bind_ip_all --dbpath /data/db --wiredTigerCacheSizeGB 1
