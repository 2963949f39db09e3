#!/bin/sh
# restore.sh ARCHIVE: puts a back-up in place of what is there; that is moved aside, not removed.
# Takeroot must be stopped, and /etc/takeroot/env must hold the keys of the back-up's time.
set -eu
umask 077
archive=${1:?usage: restore.sh ARCHIVE}
state=${TAKEROOT_STATE:-/var/lib/takeroot}
if systemctl is-active --quiet takeroot 2> /dev/null; then
    echo "restore: stop it first: systemctl stop takeroot" >&2
    exit 1
fi
tar -tzf "$archive" ./taken-at > /dev/null || { echo "restore: $archive is no back-up of Takeroot" >&2; exit 1; }

work=$(mktemp -d "${state%/*}/.takeroot-restored.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xzf "$archive" -C "$work" --no-same-owner
mkdir -p "$work/objects" "$work/kv" "$work/kv-blobs" "$work/cron"

# Documents were copied at another moment than the journals that they are made of: all days are published anew.
find "$work/objects" -name '*.sqlite' ! -name metadata.sqlite | while read -r file; do
    sqlite3 -bail "$file" "
        UPDATE published SET figures = zeroblob(length(figures)), summary = zeroblob(length(summary));
        INSERT OR REPLACE INTO meta SELECT 'stale_from', CAST(min(day) AS TEXT) FROM published HAVING count(*) > 0;"
done

if [ -e "$state" ]; then
    aside=$state.before-$(date -u +%Y%m%dT%H%M%SZ)
    mv "$state" "$aside"
    echo "what was there: $aside"
fi
mv "$work" "$state"
trap - EXIT
if [ "$(id -u)" = 0 ] && id takeroot > /dev/null 2>&1; then
    chown -R takeroot:takeroot "$state"
fi
echo "restored of $(cat "$state/taken-at"); start it: systemctl start takeroot"
