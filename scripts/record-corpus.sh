#!/usr/bin/env bash
# Records the boots of a real Xen in corpus/recordings anew: machines x functions x scrubbing. Each has to verify before
# it takes the place of the one before. Needs QEMU and what scripts/fetch-xen.sh fetches.
#
#   scripts/record-corpus.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-corpus/recordings}
heaplay=(node packages/replay/bin/heaplay.js)
npx -y pnpm@12 build
mkdir -p "$folder"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# record NAME OPTIONS...
record() {
  local file=$scratch/$1.4.17.heaplay.jsonl.gz
  shift
  "${heaplay[@]}" record qemu "$@" --timeout 60 -o "$file"
  "${heaplay[@]}" verify "$file"
  mv "$file" "$folder/"
}

record qemu-x86-2g --launch x86
record qemu-x86-2g-core --launch x86 --functions core
record qemu-x86-2g-idle-scrub --launch x86 --xen-options bootscrub=idle --dom0-options heaplay.balloon=4096
record qemu-x86-512m-core --launch x86 --memory 512M --functions core
record qemu-x86-1g-numa --launch x86 --memory 1G --numa 2
record qemu-x86-1g-balloon --launch x86 --memory 1G --dom0-options heaplay.balloon=4096
record qemu-arm64-2g --launch arm64
record qemu-arm64-2g-idle-scrub --launch arm64 --xen-options bootscrub=idle --dom0-options heaplay.balloon=4096
record qemu-arm32-1g --launch arm32
