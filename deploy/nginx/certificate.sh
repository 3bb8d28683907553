#!/bin/sh
# Runs before nginx starts: links the real certificate, or makes one of its own until there is one.
set -eu
TLS=/run/tls
REAL=/etc/letsencrypt/live/commons

mkdir -p "$TLS"
if [ -s "$REAL/fullchain.pem" ] && [ -s "$REAL/privkey.pem" ]; then
    ln -sf "$REAL/fullchain.pem" "$REAL/privkey.pem" "$TLS/"
    exit 0
fi
echo "No certificate yet: serving a self-signed one that browsers warn about. docs/operations.md says how to get a real one." >&2
umask 077
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=commons \
    -keyout "$TLS/privkey.pem" -out "$TLS/fullchain.pem" 2>/dev/null
