#!/usr/bin/env bash
# The known answers of main.rs, by OpenSSL 3 alone: a demo root, a card's keys below it, and what they compute.
set -euo pipefail
bytes() { printf '%s' "$1" | xxd -r -p; }
ede() { bytes "$2" | openssl enc -provider legacy -provider default -des-ede-ecb -nopad -K "$1" | xxd -p -c 64; }
des() { bytes "$2" | openssl enc -provider legacy -provider default -des-ecb -nopad -K "$1" | xxd -p -c 64; }
not() { python3 -c 'import sys; print(bytes(255 - b for b in bytes.fromhex(sys.argv[1])).hex())' "$1"; }
level() { ede "$1" "$2$(not "$2")"; }
ascii() { printf '%s' "$1" | xxd -p; }

# What `ssc_keys::demo` documents: AES-CMAC under GlobalPlatform's test key.
root=$(printf 'ssc demo root %s' "$1" | openssl mac -cipher AES-128-CBC -macopt hexkey:404142434445464748494a4b4c4d4e4f CMAC | tr A-F a-f)
card=$(level "$(level "$(level "$root" "$(ascii 110000sh)")" "$(ascii 110105sx)")" 86ff202611210001)
session=$(ede "$card" 1122334455667788)
echo "cryptogram $(des "$session" a1a2a3a4a5a6a7a8)"
# PIN RELOAD of an enciphered PIN: 03 123456 80 00…, then the MAC over its header and itself.
pin=$(des "$session" 0312345680000000)
echo "pin        $pin"
chained=$(bytes "842400010c${pin}800000" | openssl enc -provider legacy -provider default -des-cbc -nopad -K "$session" -iv 0000000000000000 | xxd -p -c 64)
echo "mac        ${chained: -16:8}"
# Retail MAC (ISO 9797-1 algorithm 3, padding method 2) with the card key itself.
first=$(bytes 110105d156000005 | openssl enc -provider legacy -provider default -des-ecb -nopad -K "${card:0:16}" | xxd -p -c 64)
second=$(python3 -c 'import sys; a, b = map(bytes.fromhex, sys.argv[1:]); print(bytes(x ^ y for x, y in zip(a, b)).hex())' "$first" 2121000180000000)
code=$(ede "$card" "$second")
echo "code       ${code:0:8}"
