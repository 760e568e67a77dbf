#!/usr/bin/env bash
# Gets what `heaplay record qemu --launch` boots: Debian 12's Xen 4.17 with its symbols, a kernel for dom0, and a small
# initramfs with busybox. Nothing is installed: packages are downloaded with apt-get and unpacked with dpkg -x.
#
#   scripts/fetch-xen.sh [--into FOLDER] [x86|arm64|arm32]...
#
# Without names: x86. FOLDER is $XDG_CACHE_HOME/heaplay/xen, or ~/.cache/heaplay/xen. What is there already is kept.
# The Arm packages need their architecture once, as in dpkg --add-architecture arm64 && apt-get update. The script does
# that itself where it may (root).
set -euo pipefail

folder=${XDG_CACHE_HOME:-$HOME/.cache}/heaplay/xen
machines=()
while [ $# -gt 0 ]; do
  case $1 in
    --into)
      [ $# -ge 2 ] || { echo "fetch-xen: --into needs a folder" >&2; exit 2; }
      folder=$2
      shift
      ;;
    x86 | arm64 | arm32) machines+=("$1") ;;
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "fetch-xen: found \"$1\"; expected x86, arm64, arm32 or --into FOLDER" >&2; exit 2 ;;
  esac
  shift
done
[ ${#machines[@]} -gt 0 ] || machines=(x86)

fail() {
  echo "fetch-xen: $1" >&2
  exit 1
}

for tool in apt-get apt-cache dpkg; do
  command -v "$tool" >/dev/null || fail "$tool is missing; this script needs Debian 12 or something like it"
done

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
scratch=$(mktemp -d "$folder/.fetch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
host=$(dpkg --print-architecture)

# Reads the lists of packages anew, where one may. Whether that was enough is seen by what apt knows afterwards.
refresh() {
  [ "$(id -u)" != 0 ] || apt-get update -qq || true
}

# Makes apt know an architecture's packages.
know() {
  local arch=$1
  if [ "$arch" != "$host" ] && ! dpkg --print-foreign-architectures | grep -qx "$arch"; then
    [ "$(id -u)" = 0 ] || fail "apt does not know $arch; as root: dpkg --add-architecture $arch && apt-get update"
    dpkg --add-architecture "$arch"
    refresh
  fi
  if ! apt-cache show "xen-hypervisor-4.17-$2:$arch" >/dev/null 2>&1; then
    refresh
    apt-cache show "xen-hypervisor-4.17-$2:$arch" >/dev/null 2>&1 ||
      fail "apt has no xen-hypervisor-4.17-$2 for $arch; it is in Debian 12 (bookworm), section main"
  fi
}

# Downloads packages and unpacks all of them into one folder. Apt's own user could not write there.
unpack() {
  local into=$1
  shift
  mkdir -p "$scratch/debs"
  (cd "$scratch/debs" && apt-get download -qq -o APT::Sandbox::User=root "$@") || fail "apt-get download $* did not work"
  mkdir -p "$into"
  for deb in "$scratch"/debs/*.deb; do dpkg -x "$deb" "$into"; done
  rm -rf "$scratch/debs"
}

# The package that a kernel's meta-package stands for.
kernel_of() {
  local name
  name=$(apt-cache depends "$1" | sed -n 's/^ *Depends: \(linux-image-[^: ]*\).*/\1/p' | head -n 1)
  [ -n "$name" ] || fail "apt has no $1"
  echo "$name"
}

# What dom0 does: balloons down and up again where the kernel's command line asks for it; says that it is up; waits. It
# speaks through the kernel log: not every kernel here has a driver for the console of Xen.
write_init() {
  cat >"$1" <<'INIT'
#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox grep -o 'heaplay.balloon=[0-9]*' /proc/cmdline | {
  IFS== read -r key kib
  target=/sys/devices/system/xen_memory/xen_memory0/target_kb
  if [ -n "$kib" ] && [ -e "$target" ]; then
    read -r before <"$target"
    echo $((before - kib)) >"$target"
    /bin/busybox sleep 3
    echo "$before" >"$target"
    /bin/busybox sleep 3
    echo "heaplay: dom0 has ballooned" >/dev/kmsg
  fi
}
echo "heaplay: dom0 is up" >/dev/kmsg
while :; do /bin/busybox sleep 3600; done
INIT
  chmod 755 "$1"
}

# fetch NAME DEBIAN-ARCHITECTURE XEN-FLAVOUR KERNEL
fetch() {
  local name=$1 arch=$2 flavour=$3 kernel=$4
  local target=$folder/$name
  write_init "$scratch/init"
  # What another version of this script has made is made anew.
  if [ -s "$target/xen" ] && [ -s "$target/xen-syms" ] && [ -s "$target/vmlinuz" ] && [ -s "$target/initrd" ] &&
    cmp -s "$scratch/init" "$target/init"; then
    echo "fetch-xen: $name is there: $target" >&2
    return
  fi
  echo "fetch-xen: getting $name" >&2
  know "$arch" "$flavour"
  local root=$scratch/$name
  unpack "$root" "xen-hypervisor-4.17-$flavour:$arch" "xen-hypervisor-4.17-$flavour-dbg:$arch" \
    "$(kernel_of "$kernel:$arch"):$arch" "busybox-static:$arch"
  # The archive is written by a busybox that runs here.
  local cpio=$root/bin/busybox
  if [ "$arch" != "$host" ]; then
    [ -x "$scratch/host/bin/busybox" ] || unpack "$scratch/host" "busybox-static:$host"
    cpio=$scratch/host/bin/busybox
  fi
  mkdir -p "$root/initrd/bin" "$target"
  cp "$root/bin/busybox" "$root/initrd/bin/busybox"
  cp "$scratch/init" "$root/initrd/init"
  (cd "$root/initrd" && find . | LC_ALL=C sort | "$cpio" cpio -o -H newc 2>/dev/null | gzip -9n) >"$root/archive"

  local image syms
  image=$(find "$root/boot" -name "xen-4.17-$flavour*" ! -name '*.efi*' ! -name '*.config' | head -n 1)
  syms=$(find "$root/usr/lib/debug" -name 'xen-syms-*' ! -name '*.map' | head -n 1)
  [ -n "$image" ] || fail "xen-hypervisor-4.17-$flavour has no image in /boot"
  [ -n "$syms" ] || fail "xen-hypervisor-4.17-$flavour-dbg has no xen-syms"
  # QEMU wants x86's image unpacked: it is an ELF that it loads by the multiboot protocol.
  if gzip -t "$image" 2>/dev/null; then gzip -dc "$image" >"$root/image"; else cp "$image" "$root/image"; fi
  cp "$syms" "$target/xen-syms"
  cp "$(find "$root/boot" -name 'vmlinuz-*' | head -n 1)" "$target/vmlinuz"
  cp "$root/archive" "$target/initrd"
  cp "$scratch/init" "$target/init"
  cp "$root/image" "$target/xen"
  rm -rf "$root"
  echo "fetch-xen: $name: $target" >&2
}

for machine in "${machines[@]}"; do
  case $machine in
    x86) fetch x86 amd64 amd64 linux-image-cloud-amd64 ;;
    arm64) fetch arm64 arm64 arm64 linux-image-cloud-arm64 ;;
    arm32) fetch arm32 armhf armhf linux-image-armmp-lpae ;;
  esac
done
