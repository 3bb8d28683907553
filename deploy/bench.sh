#!/bin/sh
# See that wrk is there for `make bench`. nginx is not needed: where it is installed, the front is measured too.
set -eu
command -v wrk >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk >/dev/null
    exit 0
fi
echo "make bench needs wrk. On Debian: sudo apt-get install wrk" >&2
exit 1
