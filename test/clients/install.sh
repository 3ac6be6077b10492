#!/usr/bin/env bash
# Brings the clients that are not JavaScript into .clients, where their tests look for them. A tool chain that this
# machine does not have is named and left out. Nothing is written outside the clone.
set -uo pipefail
cd "$(dirname "$0")/../.."
clients=$PWD/.clients
mkdir -p "$clients"

# Runs the steps of one client, for no longer than some minutes.
attempt() {
  local name=$1 steps=$2
  if timeout --kill-after=10 240 bash -euo pipefail -c "$steps" >"$clients/$name.out" 2>&1; then
    echo "$name: ready"
  else
    echo "$name: could not be installed; its tests are skipped. The end of $clients/$name.out:"
    tail -n 5 "$clients/$name.out"
  fi
}

export clients
if command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null; then
  attempt 'cos-python-sdk-v5 and coscmd' '
    cmp -s test/clients/python/requirements.txt "$clients/python/.installed" && exit
    python3 -m venv "$clients/python"
    "$clients/python/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir -r test/clients/python/requirements.txt
    cp test/clients/python/requirements.txt "$clients/python/.installed"'
else
  echo 'cos-python-sdk-v5 and coscmd: no Python with venv here; their tests are skipped'
fi

if command -v go >/dev/null; then
  attempt cos-go-sdk-v5 '
    export GOPATH="$clients/go" GOCACHE="$clients/go-build" GOTOOLCHAIN=local GOFLAGS="-modcacherw -buildvcs=false"
    cd test/clients/go
    go build -o "$clients/go-sdk" .'
else
  echo 'cos-go-sdk-v5: no Go here; its tests are skipped'
fi
# coscli is on no registry that all machines reach: the module proxy answers 403 for github.com/tencentyun/coscli.
echo 'coscli: not on the Go module proxy; not tested'

if command -v mvn >/dev/null && command -v javac >/dev/null; then
  attempt cos-java-sdk '
    (cd test/clients/java && mvn -q -B -Dmaven.repo.local="$clients/maven" dependency:copy-dependencies -DoutputDirectory="$clients/java")
    mkdir -p "$clients/java-sdk"
    javac -encoding UTF-8 -nowarn -cp "$clients/java/*" -d "$clients/java-sdk" test/clients/java/Program.java'
else
  echo 'cos-java-sdk: no Java compiler with Maven here; its tests are skipped'
fi
