#!/bin/sh
# Gives a process a root of its own over this machine's, which it may change and nobody sees.
#   machine.sh start DIRECTORY COMMAND…   starts the machine; its changes are kept in DIRECTORY
#   machine.sh run DIRECTORY COMMAND…     runs a command in the machine that was started there
set -eu
verb=$1 directory=$2
shift 2
root=$directory/root
case $verb in
  start)
    mkdir -p "$directory/changes" "$directory/work" "$root"
    echo $$ >"$directory/pid"
    # shellcheck disable=SC2016 # the inner shell expands it
    exec unshare --mount sh -euc '
      directory=$1 root=$1/root
      shift
      mount -t overlay overlay -o "lowerdir=/,upperdir=$directory/changes,workdir=$directory/work" "$root"
      for each in proc sys dev; do mount --rbind "/$each" "$root/$each"; done
      mount -t tmpfs tmpfs "$root/run"
      cat /etc/resolv.conf >"$directory/resolv.conf"
      rm -f "$root/etc/resolv.conf"
      cp "$directory/resolv.conf" "$root/etc/resolv.conf"
      exec chroot "$root" "$@"
    ' machine "$directory" "$@"
    ;;
  run)
    exec nsenter --mount --target "$(cat "$directory/pid")" chroot "$root" "$@"
    ;;
esac
