#!/bin/sh
# Nothing of the machine that built the box stays in it.
set -eu
rm -f "$1/etc/resolv.conf"
: >"$1/etc/resolv.conf"
