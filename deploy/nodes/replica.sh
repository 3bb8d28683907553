#!/bin/sh
# The replica: copies the database at its first start, and follows it from then on.
set -eu
export PGPASSFILE=/tmp/pgpass
umask 077
printf 'db:5432:*:commons:%s\n' "$(cat /run/secrets/postgres_password)" > "$PGPASSFILE"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    rm -rf "$PGDATA" "$PGDATA.new"
    # The slot keeps what the replica has not read yet, up to max_slot_wal_keep_size; a copy that broke off left it there.
    psql --host db --username commons --dbname commons --quiet --command \
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'replica' AND NOT active"
    pg_basebackup --host db --username commons --pgdata "$PGDATA.new" --write-recovery-conf --checkpoint fast \
        --create-slot --slot replica
    mv "$PGDATA.new" "$PGDATA"
fi
# Pages are short; the database keeps for that moment what one of them still reads.
exec postgres -c hot_standby_feedback=on
