#!/bin/sh
# Builds `kube` into a folder: build-kube.sh FOLDER KUBERNETES_VERSION. The kernel holds the lock and releases the lock
# however the holder ends, so a second caller waits for the first, and a killed build blocks nobody. The build cache
# (3 GB) outlives a failed build alone: the next try goes on from there.
set -eu
[ "${LOCKED:-}" = "$1" ] || LOCKED=$1 exec flock "$1/lock" sh "$0" "$@"
cd "$(dirname "$0")/kube"
[ -x "$1/kube" ] && exit 0
version=k8s.io/component-base/version
export CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOCACHE="$1/build"
# No debug information: -s -w would throw it away after it was made.
go build -trimpath -gcflags=all=-dwarf=false -o "$1/kube.new" -ldflags "-s -w \
  -X $version.gitVersion=v$2 -X $version.gitMajor=1 -X $version.gitMinor=$(echo "$2" | cut -d. -f2) \
  -X $version.gitTreeState=clean -X k8s.io/client-go/pkg/version.gitVersion=v$2" .
mv "$1/kube.new" "$1/kube"
rm -rf "$1/build"
