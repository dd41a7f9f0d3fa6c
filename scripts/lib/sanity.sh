# shellcheck shell=bash
# Ansible's own checks of a collection. Sourced after common.sh.

# collection_sanity: the plugins' options against their documentation, and their imports.
collection_sanity() (
  copy=.cache/sanity/ansible_collections/breakable/toy cache=.cache/sanity/.ansible/test/cache
  rm -rf "$copy"
  mkdir -p "$copy/tests/sanity" "$cache"
  # ansible-test wants this path, resolves links, and reads no files that git ignores.
  git ls-files -z --cached --others --exclude-standard -- galaxy.yml meta plugins | xargs -0 cp --parents --target-directory "$copy"
  # The licence is Apache's.
  (cd "$copy" && printf '%s validate-modules:missing-gplv3-license\n' plugins/callback/*.py plugins/modules/*.py) \
    >"$copy/tests/sanity/ignore-$(python -c 'from ansible.release import __version__ as v; print(".".join(v.split(".")[:2]))').txt"
  # It would download a program that installs pip; Python has pip already.
  printf 'import ensurepip\n\nensurepip.bootstrap()\n' >"$cache/get_pip_24_2.py"
  export XDG_CONFIG_HOME=${XDG_CONFIG_HOME:-$HOME/.config} HOME=$PWD/.cache/sanity LC_ALL=C.UTF-8
  cd "$copy" || exit
  git init --quiet
  ansible-test sanity --python "$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')" \
    --test compile --test import --test validate-modules
)
