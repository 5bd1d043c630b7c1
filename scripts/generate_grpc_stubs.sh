#!/usr/bin/env bash
# Generates client stubs from the .proto files of user-proto; see usage below.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'USAGE'
Usage: scripts/generate_grpc_stubs.sh [--out DIR] [LANGUAGE...]

Generates client stubs of the User Service from the .proto files.

  --out DIR   the directory for the stubs (default: target/stubs in this repository); created if it is missing
  LANGUAGE    python, go, typescript or java (default: all whose generators are installed)

Output and requirements:
  DIR/python       proto/user/v1/user_pb2.py, user_pb2_grpc.py and so on. With DIR/python on PYTHONPATH:
                   from proto.user.v1 import user_pb2, user_pb2_grpc
                   Needs grpcio-tools (grpc_tools.protoc), or grpc_python_plugin beside a protoc.
  DIR/go           by go_package: github.com/ecommerce/proto-schemas/gen/go/user/v1/user.pb.go, user_grpc.pb.go
                   Needs protoc-gen-go and protoc-gen-go-grpc.
  DIR/typescript   proto/user/v1/user.ts and so on, with a client on @grpc/grpc-js and @bufbuild/protobuf; times are Dates
                   (milliseconds)
                   Needs protoc-gen-ts_proto of the npm package ts-proto, or npx, which fetches it.
  DIR/java         com/ecommerce/user/v1/UserServiceGrpc.java and so on
                   Needs Maven and a JDK, and uses the versions of this build.

protoc is $PROTOC, or the one in PATH, or the one of this build, which Maven downloads. $PYTHON names the Python that has
grpc_tools (default: python3).

Exit status: 0 if all stubs were generated; 1 if a generator is missing or failed; 2 for invalid arguments.
USAGE
}

protos="$root/user-proto/src/main/protobuf"
tools="$root/target/stub-tools"
proto_files=()
while read -r file; do proto_files+=("$file"); done < <(cd "$protos" && find proto -name '*.proto' | sort)
dependency_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

# A make_* function that lacks a program sets this to its description, and returns MISSING.
MISSING=3
missing=""

# Prints a version of the parent POM, such as protobuf.version.
pom_version() {
  sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/pom.xml"
}

# Prints the classifier of protoc's Maven artifacts for this machine. Fails if there are none for it.
platform() {
  local system machine
  case "$(uname -s)" in
    Linux) system=linux ;;
    Darwin) system=osx ;;
    *) return 1 ;;
  esac
  case "$(uname -m)" in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch_64 ;;
    ppc64le) machine=ppcle_64 ;;
    s390x) machine=s390_64 ;;
    *) return 1 ;;
  esac
  echo "$system-$machine"
}

# Copies an artifact from Maven into the directory of the tools, unless it is there, and prints its path.
#   maven_artifact GROUP ARTIFACT VERSION TYPE [CLASSIFIER]
maven_artifact() {
  local file="$tools/$2-$3${5:+-$5}.$4"
  if [[ ! -e "$file" ]]; then
    command -v mvn >/dev/null || return 1
    jdk_program java >/dev/null || return 1
    # Runs outside of the project, whose root alone cannot resolve the BOM, which is a module.
    mkdir -p "$tools"
    (cd "$tools" && mvn -B -q -Dstyle.color=never "$dependency_plugin:copy" -Dartifact="$1:$2:$3:$4${5:+:$5}" \
      -DoutputDirectory="$tools") >&2 || return 1
  fi
  echo "$file"
}

# Prints the path of an executable that is published as a Maven artifact for each platform.
maven_program() {
  local classifier file
  classifier="$(platform)" || return 1
  file="$(maven_artifact "$1" "$2" "$3" exe "$classifier")" || return 1
  chmod +x "$file"
  echo "$file"
}

build_protoc() {
  maven_program com.google.protobuf protoc "$(pom_version protobuf.version)"
}

any_protoc() {
  if [[ -n "${PROTOC:-}" ]]; then
    echo "$PROTOC"
  elif ! command -v protoc; then
    build_protoc
  fi
}

# Prints the directory with google/protobuf/*.proto. A standalone protoc does not include these files, but the jar of
# protobuf-java does.
well_known_protos() {
  local protoc="$1" version jar folder
  for folder in "$(dirname "$protoc")/../include" "$(dirname "$protoc")/include"; do
    if [[ -e "$folder/google/protobuf/field_mask.proto" ]]; then
      echo "$folder"
      return
    fi
  done
  version="$(pom_version protobuf.version)"
  folder="$tools/include-$version"
  if [[ ! -e "$folder/google/protobuf/field_mask.proto" ]]; then
    jar="$(maven_artifact com.google.protobuf protobuf-java "$version" jar)" || return 1
    mkdir -p "$folder"
    (cd "$folder" && "$(jdk_program jar)" xf "$jar" google/protobuf) || return 1
    find "$folder" -type f ! -name '*.proto' -delete
  fi
  echo "$folder"
}

# Runs a protoc on the .proto files: run_protoc PROTOC OPTION...
run_protoc() {
  local protoc="$1" include
  shift
  include="$(well_known_protos "$protoc")" || {
    missing="google/protobuf/*.proto, the types that come with protoc (install the whole of protoc, or Maven and a JDK)"
    return "$MISSING"
  }
  "$protoc" --proto_path="$protos" --proto_path="$include" "$@" "${proto_files[@]}"
}

no_protoc() {
  missing="protoc (install the protobuf-compiler, or Maven and a JDK, or set PROTOC)"
  return "$MISSING"
}

# Type hints (.pyi) come with protoc 3.20 and later.
make_python() {
  local to="$1" python="${PYTHON:-python3}" plugin protoc folder types=()
  if command -v "$python" >/dev/null && "$python" -c 'import grpc_tools.protoc' 2>/dev/null; then
    [[ "$("$python" -m grpc_tools.protoc --help)" == *--pyi_out* ]] && types=(--pyi_out="$to")
    "$python" -m grpc_tools.protoc --proto_path="$protos" --python_out="$to" --grpc_python_out="$to" \
      ${types[@]+"${types[@]}"} "${proto_files[@]}" || return 1
  elif plugin="$(command -v grpc_python_plugin)"; then
    protoc="$(any_protoc)" || no_protoc || return
    [[ "$("$protoc" --help)" == *--pyi_out* ]] && types=(--pyi_out="$to")
    run_protoc "$protoc" --plugin="protoc-gen-grpc_python=$plugin" --python_out="$to" --grpc_python_out="$to" \
      ${types[@]+"${types[@]}"} || return
  else
    missing="grpc_tools for $python (pip install grpcio-tools, in the Python that PYTHON names), or grpc_python_plugin"
    missing+=" (Debian: apt-get install protobuf-compiler protobuf-compiler-grpc)"
    return "$MISSING"
  fi
  # The directories become regular packages, so that no other package named proto hides them.
  find "$to/proto" -type d | while read -r folder; do
    : >"$folder/__init__.py"
  done
}

# Prints the path of a Go program, which may be where go install puts it.
go_program() {
  local installed
  command -v "$1" && return
  command -v go >/dev/null || return 1
  installed="$(go env GOBIN)"
  installed="${installed:-$(go env GOPATH)/bin}/$1"
  [[ -x "$installed" ]] && echo "$installed"
}

make_go() {
  local to="$1" messages services protoc
  messages="$(go_program protoc-gen-go)" || {
    missing="protoc-gen-go (go install google.golang.org/protobuf/cmd/protoc-gen-go@latest)"
    return "$MISSING"
  }
  services="$(go_program protoc-gen-go-grpc)" || {
    missing="protoc-gen-go-grpc (go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@latest)"
    return "$MISSING"
  }
  protoc="$(any_protoc)" || no_protoc || return
  run_protoc "$protoc" --plugin="protoc-gen-go=$messages" --plugin="protoc-gen-go-grpc=$services" \
    --go_out="$to" --go-grpc_out="$to"
}

# Prints the path of ts-proto's plugin, which is in PATH, in the caller's project, or fetched by npx.
typescript_plugin() {
  command -v protoc-gen-ts_proto && return
  if [[ -x node_modules/.bin/protoc-gen-ts_proto ]]; then
    echo "$PWD/node_modules/.bin/protoc-gen-ts_proto"
    return
  fi
  command -v npx >/dev/null && npx --yes --package=ts-proto@2.18.0 -- which protoc-gen-ts_proto
}

make_typescript() {
  local to="$1" plugin protoc
  plugin="$(typescript_plugin)" || {
    missing="protoc-gen-ts_proto (npm install --save-dev ts-proto; or Node.js, whose npx fetches it)"
    return "$MISSING"
  }
  protoc="$(any_protoc)" || no_protoc || return
  run_protoc "$protoc" --plugin="protoc-gen-ts_proto=$plugin" --ts_proto_out="$to" \
    --ts_proto_opt=outputServices=grpc-js,esModuleInterop=true,env=node
}

make_java() {
  local to="$1" plugin protoc
  # The generated code must match the protobuf-java and grpc-java with which it is compiled, so it uses their versions
  # in this build.
  protoc="$(build_protoc)" || no_protoc || return
  plugin="$(maven_program io.grpc protoc-gen-grpc-java "$(pom_version grpc.version)")" || {
    missing="protoc-gen-grpc-java for $(uname -s) on $(uname -m) (install Maven and a JDK)"
    return "$MISSING"
  }
  run_protoc "$protoc" --plugin="protoc-gen-grpc-java=$plugin" --java_out="$to" --grpc-java_out=@generated=omit:"$to"
}

make_language() {
  case "$1" in
    python) make_python "$2" ;;
    go) make_go "$2" ;;
    typescript) make_typescript "$2" ;;
    java) make_java "$2" ;;
  esac
}

out="$root/target/stubs"
languages=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --out)
      [[ -n "${2:-}" ]] || fail "--out: no directory (expected: --out DIR)" 2
      out="$2"
      shift
      ;;
    --out=?*) out="${1#--out=}" ;;
    -h | --help)
      usage
      exit 0
      ;;
    python | go | typescript | java) languages+=("$1") ;;
    *) fail "$1: neither an option nor a language (expected: --out DIR, python, go, typescript, java)" 2 ;;
  esac
  shift
done
by_name=true
if [[ ${#languages[@]} -eq 0 ]]; then
  by_name=false
  languages=(python go typescript java)
fi

made=0
status=0
for language in "${languages[@]}"; do
  mkdir -p "$out/$language" || fail "--out: cannot create $out/$language"
  outcome=0
  make_language "$language" "$out/$language" || outcome=$?
  if [[ $outcome -eq 0 ]]; then
    made=$((made + 1))
    echo "$language: generated in $out/$language"
    continue
  fi
  rmdir "$out/$language" 2>/dev/null || true
  if [[ $outcome -ne $MISSING ]]; then
    echo "$language: the generator failed, see above" >&2
    status=1
  elif [[ $by_name == true ]]; then
    echo "$language: not generated, since this is missing: $missing" >&2
    status=1
  else
    echo "$language: skipped, since this is missing: $missing" >&2
  fi
done
[[ $made -gt 0 ]] || status=1
exit "$status"
