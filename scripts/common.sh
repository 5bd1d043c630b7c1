# Functions that the other scripts of this directory share and source. They work from any working directory.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
server_jar="$root/user-grpc-server/target/user-grpc-server.jar"

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$1" >&2 || true
  exit "${2:-1}"
}

# Prints the path of a program of the JDK: that of JAVA_HOME if it is set, as for Maven, else that of PATH.
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
    fail "no javac in ${JAVA_HOME:-PATH} (expected: a JDK 17 or later, not only a JRE)"
}

require_maven() {
  command -v mvn >/dev/null || fail "no mvn in PATH (expected: Maven 3.8.7 or later)"
}

# Succeeds if the runnable jar is missing, or older than one of its sources. Directories count too, since deleting a
# file changes their times.
server_jar_is_stale() {
  [[ ! -e "$server_jar" ]] && return 0
  local newer
  newer="$(find "$root/pom.xml" "$root"/user-*/pom.xml "$root"/user-*/src/main -newer "$server_jar" -print -quit)"
  [[ -n "$newer" ]]
}

# Builds the runnable jar without tests if it is stale. The output of Maven goes to standard error.
build_server_jar() {
  server_jar_is_stale || return 0
  require_jdk
  require_maven
  printf 'Building %s with Maven; this takes a minute or two ...\n' "${server_jar#"$root"/}" >&2
  local began="$SECONDS"
  # The old jar is deleted first, so that an incomplete jar is not taken for a complete one. A server that runs from it
  # keeps its open file.
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

# The JIT compiler inlines the inner loop of Argon2id in some processes only. In about half of them, each hash took a
# fifth longer.
hash_java_options=(
  -XX:CompileCommand=quiet
  '-XX:CompileCommand=inline,org.bouncycastle.crypto.generators.Argon2BytesGenerator::*'
)

# Prints the options of the JVM that runs the server: JAVA_OPTS if it is set, or else a serial collector, which suits a
# small heap, and a small initial heap, which saves memory. A process that runs out of memory ends, so that a supervisor
# can restart it.
server_java_options() {
  local options
  # Reads all lines. The status of read is nonzero at the end of the input.
  read -r -d '' -a options <<<"${JAVA_OPTS--XX:+UseSerialGC -Xms64m -Xmx256m}" || true
  printf '%s\n' ${options[@]+"${options[@]}"} -XX:+ExitOnOutOfMemoryError \
    "${hash_java_options[@]}"
}

# Prints java<version>-<JDK and options>-<jar>, where each part is a checksum of what it names. Requires a call of
# require_java.
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

# Prints the name, size and modification time of a file, with the stat of GNU or of BSD.
file_version() {
  stat -c '%n %s %Y' "$1" 2>/dev/null || stat -f '%N %z %m' "$1"
}

# Prints the option that makes the JVM use a class-data archive of the server: classes that are already parsed, verified
# and linked, which halves the time of a start. The archive is made once for each jar and JDK, by a training run with a
# database of its own. Archives of other Java versions are kept. Prints nothing if there is no archive, which is no
# reason for a start to fail. CLASS_DATA=off disables archives.
class_data_option() {
  [[ "${CLASS_DATA:-on}" != off ]] || return 0
  local folder key archive
  folder="$(dirname "$server_jar")/class-data"
  key="$(class_data_key)" || return 0
  # Uses the archive with this name, or makes it.
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

# Makes the archive, and prints its option. Deletes archives of other jars, and other archives of this Java version.
make_class_data() {
  local folder="$1" key="$2" began="$SECONDS" java kind option options=() limit=() work="$1/training"
  mkdir -p "$folder" 2>/dev/null || return 0
  # A training run takes at most two minutes, so an older directory is left over from one that was killed.
  find "$folder" -mindepth 1 -maxdepth 1 ! -name "$key.*" \
    \( -name "java$java_version-*" -o ! -name "*-${key##*-}.*" \) \( ! -name training -o -mmin +3 \) \
    -exec rm -rf {} + 2>/dev/null || true
  # If the directory cannot be created, or another start is making the archive, this start does without one.
  mkdir "$work" 2>/dev/null || return 0
  while read -r option; do options+=("$option"); done < <(server_java_options)
  java="$(jdk_program java)"
  # Java 25 and later can also store linked classes and profiles (JEP 514, 515).
  if [[ "$java_version" -ge 25 ]]; then
    kind=aot option=-XX:AOTCacheOutput
  else
    kind=jsa option=-XX:ArchiveClassesAtExit
  fi
  command -v timeout >/dev/null && limit=(timeout 60)
  printf 'Making a class-data archive for Java %s, which halves the time of later starts ...\n' "$java_version" >&2
  # The schema is created first, in another process. Otherwise, the archive would also contain the classes of the
  # migration, and the JVM maps all of it into memory.
  if on_scratch -jar "$server_jar" migrate &&
    on_scratch "$option=$work/archive" ${options[@]+"${options[@]}"} -jar "$server_jar" train &&
    [[ -s "$work/archive" ]]; then
    mv "$work/archive" "$folder/$key.$kind"
    printf 'Made it in %s s.\n' "$((SECONDS - began))" >&2
  else
    printf 'The archive could not be made, so starts take longer; see %s.\n' "$folder/$key.failed" >&2
    mv "$work/log" "$folder/$key.failed"
    # Stops the database of a training run that was killed.
    [[ ! -e "$work/data/postgres/postmaster.pid" ]] ||
      kill -INT "$(head -n 1 "$work/data/postgres/postmaster.pid")" || true
  fi
  rm -rf "$work"
  [[ -e "$folder/$key.$kind" ]] && class_data_option
  return 0
}
