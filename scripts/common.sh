# Shared by the scripts of this folder, which source it. Works from any working directory.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
server_jar="$root/user-grpc-server/target/user-grpc-server.jar"

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2
  exit "${2:-1}"
}

# The path of a program of the JDK: of JAVA_HOME if that is set, as Maven has it, else of PATH.
jdk_program() {
  if [[ -n "${JAVA_HOME:-}" ]]; then
    [[ -x "$JAVA_HOME/bin/$1" ]] && printf '%s\n' "$JAVA_HOME/bin/$1"
  else
    command -v "$1"
  fi
}

require_java() {
  local java version
  java="$(jdk_program java)" ||
    fail "no java in ${JAVA_HOME:-PATH} (expected: a JDK 17 or later; set JAVA_HOME or PATH)"
  version="$("$java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java\.specification\.version = //p')" || version=""
  [[ "$version" =~ ^[0-9]+$ && "$version" -ge 17 ]] ||
    fail "$java is Java ${version:-of an unknown version} (expected: 17 or later; set JAVA_HOME or PATH)"
}

require_jdk() {
  require_java
  jdk_program javac >/dev/null ||
    fail "no javac in ${JAVA_HOME:-PATH} (expected: a JDK 17 or later, not a JRE alone)"
}

require_maven() {
  command -v mvn >/dev/null || fail "no mvn in PATH (expected: Maven 3.8.7 or later)"
}

# True if the runnable jar is missing, or older than a file that it is made of. Folders count too: their times tell of
# deleted files.
server_jar_is_stale() {
  [[ ! -e "$server_jar" ]] && return 0
  local newer
  newer="$(find "$root/pom.xml" "$root"/user-*/pom.xml "$root"/user-*/src/main -newer "$server_jar" -print -quit)"
  [[ -n "$newer" ]]
}

# Builds the runnable jar if it is stale, without tests. Maven's words go to standard error.
build_server_jar() {
  server_jar_is_stale || return 0
  require_jdk
  require_maven
  printf 'Building %s ...\n' "${server_jar#"$root"/}" >&2
  # The old jar goes first: a server that runs from it keeps its open file, and no half-made jar is taken for a whole.
  rm -f "$server_jar"
  trap 'rm -f "$server_jar"' INT TERM
  if ! (cd "$root" && mvn -B -q -Dstyle.color=never -pl user-grpc-server -am package \
    -DskipTests -Dspotless.check.skip=true) >&2; then
    rm -f "$server_jar"
    fail "the build failed"
  fi
  trap - INT TERM
}
