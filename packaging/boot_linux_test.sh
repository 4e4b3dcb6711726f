# Boots systemd as the first process of namespaces of its own, in which the files of $1 stand for /etc,
# /home, /var/lib and /opt, and lets it run the units of $1/units. It ends when $2 has ended.
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 none /sys/fs/cgroup
mkdir /sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd none /sys/fs/cgroup/systemd || mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs -o mode=755 none /run
mkdir -p /run/systemd/system /run/etc
cp -a /etc/. /run/etc
cp -a "$1/etc/." /run/etc
cat "$1/passwd" >>/run/etc/passwd
mount --bind /run/etc /etc
mount --bind "$1/home" /home
mount --bind "$1/lib" /var/lib
mount --bind "$1/opt" /opt
mount --make-rshared / # as systemd does where it is no guest: by that the credentials get to the unit
export container=other SYSTEMD_UNIT_PATH="$1/units"
exec /lib/systemd/systemd --system --unit="$2" --log-target=console --show-status=no
