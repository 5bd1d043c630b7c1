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
  java_version="$version"
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
  printf 'Building %s with Maven; this takes a minute or two ...\n' "${server_jar#"$root"/}" >&2
  local began="$SECONDS"
  # The old jar goes first: a server that runs from it keeps its open file, and no half-made jar is taken for a whole.
  rm -f "$server_jar"
  trap 'rm -f "$server_jar"; exit 130' INT
  trap 'rm -f "$server_jar"; exit 143' TERM
  if ! (cd "$root" && mvn -B -q -Dstyle.color=never -pl user-grpc-server -am package \
    -DskipTests -Dspotless.check.skip=true) >&2; then
    rm -f "$server_jar"
    fail "the build failed"
  fi
  trap - INT TERM
  printf 'Built it in %s s.\n' "$((SECONDS - began))" >&2
}

# The compiler inlines the inner loop of Argon2id or not, as it comes: in every other process each hash took a fifth longer.
hash_java_options=(
  -XX:CompileCommand=quiet
  '-XX:CompileCommand=inline,org.bouncycastle.crypto.generators.Argon2BytesGenerator::*'
)

# The options of the JVM that runs the server: JAVA_OPTS if that is set. One thread that collects garbage serves a small
# heap best, a heap that starts small leaves memory untouched, and two areas of malloc are enough. A process that runs out of
# memory ends, so that a supervisor can restart it.
server_java_options() {
  local options
  # To the end, not to the end of the first line: read says false there.
  read -r -d '' -a options <<<"${JAVA_OPTS--XX:+UseSerialGC -Xms64m -Xmx256m}" || true
  printf '%s\n' ${options[@]+"${options[@]}"} -XX:+ExitOnOutOfMemoryError \
    "${hash_java_options[@]}"
}

# Prints java<version>-<JDK and options>-<jar>, of which each part changes with what it names. After require_java.
class_data_key() {
  local java release
  java="$(jdk_program java)"
  release="$(dirname "$(readlink -f "$java")")/../release"
  printf 'java%s-%s-%s\n' "$java_version" "$(
    {
      if [[ -e "$release" ]]; then cat "$release"; else "$java" -version 2>&1; fi
      server_java_options
    } | cksum | tr -d ' '
  )" "$(file_version "$server_jar" | cksum | tr -d ' ')"
}

# Prints the name, size and time of change of a file, by the stat of GNU or of BSD.
file_version() {
  stat -c '%n %s %Y' "$1" 2>/dev/null || stat -f '%N %z %m' "$1"
}

# Prints the option that makes the JVM use a class-data archive of the server: classes that are read, checked and linked
# already, which halves the time of a start. The archive is made once for a jar and a JDK, by a training run with a
# database of its own; each version of Java keeps its archive. Prints nothing where there is none: a start never fails
# for it.
# CLASS_DATA=off does without.
class_data_option() {
  [[ "${CLASS_DATA:-on}" != off ]] || return 0
  local folder key archive
  folder="$(dirname "$server_jar")/class-data"
  key="$(class_data_key)" || return 0
  # Made by this script, of this name: the one that fits.
  for archive in "$folder/$key".*; do
    case "$archive" in
      *.jsa) printf '%s\n' "-XX:SharedArchiveFile=$archive" ;;
      *.aot) printf '%s\n' "-XX:AOTCache=$archive" ;;
      *.failed) ;;
      *) make_class_data "$folder" "$key" ;;
    esac
    return 0
  done
}

# Runs java on the scratch database of make_class_data, whose variables it uses.
on_scratch() {
  env -i PATH="$PATH" HOME="${HOME:-/}" PASSWORD_BCRYPT_COST=4 ${limit[@]+"${limit[@]}"} \
    "$java" "$@" --data-dir "$work/data" >>"$work/log" 2>&1 </dev/null
}

# Makes the archive, and prints its option. Deletes those of other jars, and others of this version of Java.
make_class_data() {
  local folder="$1" key="$2" began="$SECONDS" java kind option options=() limit=() work="$1/training"
  mkdir -p "$folder" 2>/dev/null || return 0
  # It takes two minutes at most; what is older was cut off.
  find "$folder" -mindepth 1 -maxdepth 1 ! -name "$key.*" \
    \( -name "java$java_version-*" -o ! -name "*-${key##*-}.*" \) \( ! -name training -o -mmin +3 \) \
    -exec rm -rf {} + 2>/dev/null || true
  # Where nothing can be written there is none, nor while another start makes it: this start is a plain one.
  mkdir "$work" 2>/dev/null || return 0
  while read -r option; do options+=("$option"); done < <(server_java_options)
  java="$(jdk_program java)"
  # From Java 25 on, a cache with what was linked and profiled, too (JEP 514, 515).
  if [[ "$java_version" -ge 25 ]]; then
    kind=aot option=-XX:AOTCacheOutput
  else
    kind=jsa option=-XX:ArchiveClassesAtExit
  fi
  command -v timeout >/dev/null && limit=(timeout 60)
  printf 'Making a class-data archive for Java %s, which halves the time of later starts ...\n' "$java_version" >&2
  # The schema first, in a process of its own: what makes it has no place in the archive, all of which is kept in memory.
  if on_scratch -jar "$server_jar" migrate &&
    on_scratch "$option=$work/archive" ${options[@]+"${options[@]}"} -jar "$server_jar" train &&
    [[ -s "$work/archive" ]]; then
    mv "$work/archive" "$folder/$key.$kind"
    printf 'Made it in %s s.\n' "$((SECONDS - began))" >&2
  else
    printf 'The archive could not be made, so starts take longer; %s says why.\n' "$folder/$key.failed" >&2
    mv "$work/log" "$folder/$key.failed"
    # The database of a training run that was cut off.
    [[ ! -e "$work/data/postgres/postmaster.pid" ]] ||
      kill -INT "$(head -n 1 "$work/data/postgres/postmaster.pid")" || true
  fi
  rm -rf "$work"
  [[ -e "$folder/$key.$kind" ]] && class_data_option
  return 0
}
