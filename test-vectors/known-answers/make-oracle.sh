#!/bin/sh
# Makes the known answers in generated/ with openssl; with --check compares them, and confirms published/ too.
# Nothing of this project's code takes part. Needs openssl 3 with its legacy provider, and python3.
set -eu
exec python3 "$(dirname "$0")/oracle.py" "$@"
