# Sourced by ./run, ./test, .ci/run and bench/: the Debian packages each of them needs, installed when they are missing.

build_packages=(
  'g++|compiles the server'
  'cmake|describes the build'
  'ninja-build|runs the build'
  'librocksdb-dev|keeps the log and the views on disk'
  'libboost1.81-dev|sockets and HTTP (Asio, Beast)'
  'libboost-url1.81-dev|reads URLs'
  'libsimdjson-dev|reads JSON'
  'libroaring-dev|holds the sets of rows that filters mean'
  'libssl-dev|hashes, seals and serves TLS'
  'libicu-dev|compares names without regard to case'
  'libspdlog-dev|writes the log lines'
  'prometheus-cpp-dev|counts for /metrics'
  'libcli11-dev|reads the command line'
  'libcurl4-openssl-dev|sends an import to a running server'
  'libtomlplusplus-dev|reads the configuration file'
  'libsqlite3-dev|writes snapshots for analysts'
)
test_packages=(
  'catch2|runs the unit tests'
  'librapidcheck-dev|makes up cases for the property tests'
  'sqlite3|asks snapshots questions, as an analyst would'
  'python3-aiosmtpd|is the SMTP server that mails are sent to in the tests'
)
check_packages=(
  'clang-19|builds the fuzzers and the sanitized tests'
  'libclang-rt-19-dev|sanitizers and fuzzing for them'
  'llvm-19|names the lines in what sanitizers report'
  'clang-format-19|checks the formatting'
  'clang-tidy-19|checks for a few fatal mistakes'
  'chromium|opens the reference page as a reader would'
)
bench_packages=(
  'python3|runs the benchmarks'
  'wrk|drives the server as fast as it answers'
)
profile_packages=(
  'linux-perf|records where the time goes'
)

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

all_installed() { # rows 'package|what it does'
  local row
  for row in "$@"; do
    is_installed "${row%%|*}" || return 1
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "This needs root to install packages, and sudo is not there. Run as root: $*" >&2
    exit 1
  fi
}

apt_updated=no
install_packages() { # names
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0)
  if [ "$apt_updated" = no ] && ! as_root "${apt[@]}" install --no-install-recommends --simulate "$@" >/dev/null 2>&1; then
    as_root "${apt[@]}" update >&2
    apt_updated=yes
  fi
  as_root "${apt[@]}" install --no-install-recommends "$@" >&2
}

need_packages() { # rows 'package|what it does'
  local row missing=()
  for row in "$@"; do
    is_installed "${row%%|*}" && continue
    missing+=("${row%%|*}")
    printf 'installing %s: %s\n' "${row%%|*}" "${row#*|}" >&2
  done
  if [ ${#missing[@]} -gt 0 ]; then
    install_packages "${missing[@]}"
  fi
}

# Any node from 18 on will do, wherever it came from; Debian's only when there is none.
need_node() {
  command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null && return
  echo 'installing nodejs: runs the end-to-end tests' >&2
  echo 'installing npm: fetches what they and the reference page are made of' >&2
  install_packages nodejs npm
}
