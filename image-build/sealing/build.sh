#!/bin/sh
# Bundle webui/public/sign_up.js with the age library for JavaScript, and pass.js with one that draws QR codes, into a
# small file each, beside their licences.
#
#   image-build/sealing/build.sh
#
# Needs npm; package-lock.json holds the hash of everything it fetches. Made by image-build/bootstrap.sh, kept out of git.
set -eu
cd "$(dirname "$0")/../.."
home=$PWD
into=$home/webui/public/built
work=$(mktemp -d "${TMPDIR:-/tmp}/matinee-sealing.XXXXXX")
trap 'rm -rf "$work"' EXIT

cp image-build/sealing/package.json image-build/sealing/package-lock.json "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
NODE_PATH=$work/node_modules "$work/node_modules/.bin/esbuild" webui/public/sign_up.js \
    --bundle --minify --format=iife --target=es2022 --legal-comments=none \
    --alias:@noble/post-quantum/hybrid.js="$home/image-build/sealing/left_out.js" \
    --alias:@noble/curves/nist.js="$home/image-build/sealing/left_out.js" \
    --banner:js="/*! Matinee, with age-encryption (BSD-3-Clause), noble and scure (MIT): see licences.txt beside this file */" \
    --log-level=warning --outfile="$work/sign-up.js"
NODE_PATH=$work/node_modules "$work/node_modules/.bin/esbuild" webui/public/pass.js \
    --bundle --minify --format=iife --target=es2022 --legal-comments=none \
    --banner:js="/*! Matinee, with qrcode-generator (MIT): see licences.txt beside this file */" \
    --log-level=warning --outfile="$work/pass.js"
for part in age-encryption @noble/ciphers @noble/curves @noble/hashes @scure/base; do
    printf '%s\n\n' "$part"
    cat "$work/node_modules/$part/LICENSE"
    printf '\n----\n\n'
done >"$work/licences.txt"
printf 'qrcode-generator\n\nCopyright (c) 2009 Kazuhiko Arase, http://www.d-project.com/\n\n%s\n' \
    "$(sed -n '/Permission is hereby/,$p' "$work/node_modules/@scure/base/LICENSE")" >>"$work/licences.txt"
mkdir -p "$into"
mv "$work/licences.txt" "$into/licences.txt"
mv "$work/pass.js" "$into/pass.js"
mv "$work/sign-up.js" "$into/sign-up.js"
