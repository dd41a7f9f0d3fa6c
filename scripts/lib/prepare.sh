#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR
# usage: scripts/lib/prepare.sh ARGUMENT...
# Installs what this machine lacks for a box, then continues as `vagrant ARGUMENT...`, with which it was called (box/clone.rb).
source "$(dirname "$0")/common.sh"
source scripts/lib/box.sh
provider=$(box_provider)
provider=${provider:-$(default_provider)}
for ((i = 0; i < ${#toy_arguments[@]}; i++)); do
  case ${toy_arguments[i]} in
    --provider=*) provider=${toy_arguments[i]#*=} ;;
    --provider) provider=${toy_arguments[i + 1]:-} ;;
  esac
done
known_provider "$provider"
prepare_host "$provider"
TOY_HOST_READY=1 exec vagrant "$@"
