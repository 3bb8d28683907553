#!/bin/sh
# See that Lighthouse is there for `make lighthouse`, with a Node.js of its own, below var/lighthouse. Needs npm.
set -eu
cd "$(dirname "$0")/.."
LIGHTHOUSE=13.5.0
NODE=24
if [ ! -x var/lighthouse/node_modules/.bin/lighthouse ]; then
    command -v npm >/dev/null 2>&1 || { echo "make lighthouse needs npm. On Debian: sudo apt-get install npm" >&2; exit 1; }
    mkdir -p var/lighthouse
    npm install --silent --no-audit --no-fund --prefix var/lighthouse "lighthouse@$LIGHTHOUSE" "node@$NODE"
fi
