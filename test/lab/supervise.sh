#!/bin/sh
# Runs one host until it is switched off, and again each time it reboots. Started in the host's own control group
# and in a mount namespace of its own, so the mounts go when the last of its processes goes.
# Arguments: lower directories, the host's directory, namespace and machine name, host name.
set -eu
lower=$1 directory=$2 machine=$3 name=$4
cd "$directory"
# systemd-nspawn keeps notes about each machine here; let them go with the mounts.
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
mount -t overlay overlay -o "lowerdir=$lower,upperdir=upper,workdir=work" root
while :; do
  status=0
  systemd-nspawn --quiet --directory=root --boot --machine="$machine" --hostname="$name" \
    --register=no --keep-unit --console=read-only --resolv-conf=off --timezone=off --link-journal=no \
    --network-namespace-path="/run/netns/$machine" --capability=CAP_NET_ADMIN || status=$?
  # 133: the host asked for a reboot.
  [ "$status" = 133 ] || exit "$status"
done
