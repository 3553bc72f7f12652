#!/usr/bin/env bash
# A data key that OpenSSL wrapped: the root of the demo vault (make-demo-vault: CMAC of its label under the transport key), the
# wrapping key (two CMACs), and the key 00 01 … 1F under it. Prints data-key.txt.
set -eu
cmac() { # KEY, message on standard input
    openssl mac -cipher AES-128-CBC -macopt "hexkey:$1" -in /dev/stdin CMAC
}
root=$(printf 'ssc demo root ISD/SCP03 AES' | cmac 404142434445464748494A4B4C4D4E4F)
nonce=$(printf '%02X' {160..175})
half() { { printf 'ssc: a key over data keys'; printf "%s$nonce" "$1" | xxd -r -p; } | cmac "$root"; }
kek=$(half 01)$(half 02)
key=$(printf '%02X' {0..31})
wrapped=$(printf '%s' "$key" | xxd -r -p | openssl enc -id-aes256-wrap -K "$kek" -iv A6A6A6A6A6A6A6A6 | xxd -p -c 100)
printf '01%s%s\n' "$nonce" "${wrapped^^}"
