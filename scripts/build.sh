# Sourced by ./run, ./test and .ci/run: configuring and building a preset. The current folder is the checkout.

# ANNALS_JOBS, else as many as there are cores, with about 1.5 GB for each compiler that runs at a time.
build_jobs() {
  local cores memory_kb by_memory
  if [ -n "${ANNALS_JOBS:-}" ]; then
    echo "$ANNALS_JOBS"
    return
  fi
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  by_memory=$((memory_kb / 1500000))
  [ "$by_memory" -ge 1 ] || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

# What the reference page is made of; without it the page is a plainer one of our own.
docs_assets() {
  local assets=build/docs-assets/node_modules/swagger-ui-dist had=no
  [ -d "$assets" ] && had=yes
  src/http/docs/install build/docs-assets >&2 || echo 'no assets for /docs/: the page will be plain' >&2
  if [ "$had" = no ] && [ -d "$assets" ]; then
    touch -c src/http/docs/embed.cmake # what was configured without them is configured again
  fi
}

# ./run needs nothing that only the tests are made of: the release build has them once their packages are there.
release_tests() {
  if all_installed "${test_packages[@]}"; then echo ON; else echo OFF; fi
}

is_configured() { # preset
  [ -f "build/$1/build.ninja" ] || return 1
  grep -q '^CMAKE_UNITY_BUILD:' "build/$1/CMakeCache.txt" || return 1 # configured by an older CMakePresets.json
  [ "$1" != release ] || grep -q "^ANNALS_TESTS:[A-Z]*=$(release_tests)$" build/release/CMakeCache.txt
}

configure() { # preset
  local preset=$1 options=()
  if ! is_configured "$preset"; then
    [ "$preset" = release ] && options+=("-DANNALS_TESTS=$(release_tests)")
    command -v ccache >/dev/null && options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    cmake --preset "$preset" "${options[@]}" >"build-$preset.log" 2>&1 || {
      cat "build-$preset.log" >&2
      rm -f "build-$preset.log"
      return 1
    }
    rm -f "build-$preset.log"
  fi
}

# Where there is a ccache, what was compiled in one checkout is taken in another.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

build() { # preset targets...
  local preset=$1
  shift
  docs_assets
  configure "$preset"
  if ! ninja -C "build/$preset" -n "$@" | grep -q 'no work to do'; then
    echo "building ${*} ($preset)" >&2
  fi
  ninja -C "build/$preset" -j "$(build_jobs)" --quiet "$@" >&2
}
