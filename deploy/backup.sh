#!/bin/sh
# backup.sh DIR: a back-up of all that Takeroot keeps, taken while it runs, as DIR/takeroot-<UTC>.tar.gz.
# Old ones are removed but for the newest TAKEROOT_BACKUPS_KEPT (30). The keys of /etc/takeroot/env are not in it.
set -eu
umask 077
to=${1:?usage: backup.sh DIR}
state=${TAKEROOT_STATE:-/var/lib/takeroot}
kept=${TAKEROOT_BACKUPS_KEPT:-30}
[ -d "$state/objects" ] || { echo "backup: $state holds no objects" >&2; exit 1; }
command -v sqlite3 > /dev/null || { echo "backup: sqlite3 is missing (apt-get install sqlite3)" >&2; exit 1; }

mkdir -p "$to"
exec 9> "$to/.lock"
flock -n 9 || { echo "backup: another one is running" >&2; exit 1; }
rm -rf "$state"/.backup.*
work=$(mktemp -d "$state/.backup.XXXXXX")
name=takeroot-$(date -u +%Y%m%dT%H%M%SZ)
trap 'rm -rf "$work" "$to/$name.part"' EXIT
trap 'exit 1' INT TERM

# One reading transaction sees one state of a database, whatever is written meanwhile, and holds up no writer.
databases() {
    find "$state/$1" -name '*.sqlite' | while read -r file; do
        copy=$work/${file#"$state/"}
        mkdir -p "${copy%/*}"
        if ! sqlite3 -readonly -bail -cmd '.timeout 10000' "$file" "VACUUM INTO '$copy'"; then
            # An account may be deleted meanwhile.
            [ -e "$file" ] || continue
            echo "backup: $file cannot be copied" >&2
            exit 1
        fi
        [ ! -e "$copy" ] || [ "$(sqlite3 -readonly "$copy" 'PRAGMA quick_check')" = ok ] || {
            echo "backup: the copy of $file is broken" >&2
            exit 1
        }
    done
}

# Values lie in files that are written once, before the database names them, and are removed some seconds after it does no
# more: linked before and after the copy of the database, all that the copy names are there.
values() {
    (cd "$state/kv-blobs" && find . -type d) | while read -r folder; do
        mkdir -p "$work/kv-blobs/$folder"
        # One that is removed meanwhile cannot be linked; whether it is missed is looked at below.
        find "$state/kv-blobs/$folder" -maxdepth 1 -type f -exec ln -f -t "$work/kv-blobs/$folder" {} + 2> /dev/null || true
    done
}

values_are_whole() {
    find "$work/kv" -name '*.sqlite' ! -name metadata.sqlite | while read -r copy; do
        sqlite3 -readonly "$copy" 'SELECT blob FROM entries WHERE blob IS NOT NULL'
    done | while read -r value; do
        [ -e "$work/kv-blobs/$value" ] || exit 1
    done
}

published() {
    rm -rf "$work/kv" && values && databases kv && values && values_are_whole
}

# An account either is published already, and so in what is copied last, or its alarm, copied first, is still to ring.
databases objects
databases cron
published || published || published || { echo "backup: values are missing in $state/kv-blobs" >&2; exit 1; }
date -u +%Y-%m-%dT%H:%M:%SZ > "$work/taken-at"
tar -czf "$to/$name.part" -C "$work" .
mv "$to/$name.part" "$to/$name.tar.gz"
ls -1 "$to"/takeroot-*.tar.gz | sort -r | tail -n "+$((kept + 1))" | xargs -r rm -f --
echo "$to/$name.tar.gz"
