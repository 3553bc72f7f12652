#!/usr/bin/env bash
# The key of a log's signatures that OpenSSL makes of the demo vault's root: its public key, then its signature of "abc". Prints log-key.txt.
set -eu
cmac() { # KEY, message on standard input
    openssl mac -cipher AES-128-CBC -macopt "hexkey:$1" -in /dev/stdin CMAC
}
root=$(printf 'ssc demo root ISD/SCP03 AES' | cmac 404142434445464748494A4B4C4D4E4F)
half() { { printf 'ssc: a key over data keys'; printf '%s' "$1" | xxd -r -p; printf 'ssc: log signing'; } | cmac "$root"; }
seed=$(half 01)$(half 02)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
# RFC 8410: a private key of Ed25519 in PKCS #8 is these bytes and the seed.
printf '302E020100300506032B657004220420%s' "$seed" | xxd -r -p >"$folder/key"
openssl pkey -inform DER -in "$folder/key" -pubout -outform DER | tail -c 32 | xxd -p -u -c 64
printf abc >"$folder/message"
openssl pkeyutl -sign -inkey "$folder/key" -keyform DER -rawin -in "$folder/message" | xxd -p -u -c 64
