#!/bin/sh
# Make the secrets that docker-compose.yml reads. What is there already stays as it is.
# The folder opens for its owner only; the files can be read by all, because containers are other users.
set -eu
cd "$(dirname "$0")/.."
umask 022
mkdir -p secrets
chmod 700 secrets

random() { head -c 48 /dev/urandom | base64 | tr -d '\n' | tr '+/' '-_'; }

[ -s secrets/secret_key ] || random > secrets/secret_key
[ -s secrets/lasting_key ] || random > secrets/lasting_key
[ -s secrets/postgres_password ] || random > secrets/postgres_password
[ -s secrets/database_url ] ||
    printf 'postgresql://commons:%s@db:5432/commons' "$(cat secrets/postgres_password)" > secrets/database_url
# Only deploy/nodes/docker-compose.yml reads these three.
[ -s secrets/pooled_database_url ] || sed 's/@db:5432/@pgbouncer:6432/' secrets/database_url > secrets/pooled_database_url
[ -s secrets/replica_url ] || sed 's/@db:5432/@replica:5432/' secrets/database_url > secrets/replica_url
[ -s secrets/pgbouncer_users ] || printf '"commons" "%s"\n' "$(cat secrets/postgres_password)" > secrets/pgbouncer_users
[ -e secrets/email_password ] || : > secrets/email_password
chmod 644 secrets/*
echo "secrets/ is ready. Put your mail server's password into secrets/email_password, and keep a copy of secrets/ safe."
