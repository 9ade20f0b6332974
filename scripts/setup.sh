# Sourced by the scripts beside it: finds or installs what they need. Says in one line what it does; quiet when there is nothing to do.
# Sets $ROOT and $NODE.

ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
NODE=$ROOT/node_modules/node/bin/node
YES=${YES:-}

say() { printf '%s\n' "forkwright: $*" >&2; }
die() {
  printf '%s\n' "error: $1" >&2
  [ -z "${2:-}" ] || printf '%s\n' " hint: $2" >&2
  exit 2
}

# Runs apt-get for packages that are not installed; asks before sudo. $1: why; the rest: packages.
ensure_debian() {
  local why=$1 missing=() sudo=()
  shift
  command -v dpkg-query >/dev/null || die "cannot install $* here (no dpkg): $why" "install them with your system's package manager, then run this again"
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "these Debian packages are missing and there is no sudo: ${missing[*]}" "as root: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    sudo=(sudo)
    if [ -z "$YES" ]; then
      [ -t 0 ] || die "these Debian packages are missing: ${missing[*]}" "run again with --yes to install them with sudo"
      read -r -p "Install ${missing[*]} with sudo apt-get ($why)? [Y/n] " answer
      case $answer in '' | y | Y | yes) ;; *) die 'not installed' "install them yourself, then run this again" ;; esac
    fi
  fi
  say "installing ${missing[*]} with apt-get ($why)"
  local log
  log=$(mktemp)
  if ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q update >"$log" 2>&1 ||
    ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
    tail -n 5 "$log" >&2
    die "apt-get could not install ${missing[*]}" "the whole log is $log"
  fi
  rm -f "$log"
}

# Only one process sets up at a time: two at once would write into each other's files.
with_setup_lock() {
  if command -v flock >/dev/null; then
    exec 9>"$ROOT/.setup.lock"
    flock 9
    "$@"
    exec 9>&-
  else
    "$@"
  fi
}

packages_stale() { [ ! -x "$NODE" ] || [ "$ROOT/package-lock.json" -nt "$ROOT/node_modules/.package-lock.json" ]; }
install_packages() {
  packages_stale || return 0
  # npm ci empties the folder, through a link as well: it would be another checkout's.
  [ ! -L "$ROOT/node_modules" ] || die 'node_modules is a symbolic link, and its packages are not those of package-lock.json' "remove the link, then run this again"
  command -v npm >/dev/null || die 'npm is not installed' 'install Node.js 20 or later with npm, then run this again'
  say 'installing Node packages with npm ci'
  local log
  log=$(mktemp)
  (cd "$ROOT" && npm ci --loglevel=error --no-fund --no-audit) >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    die 'npm ci failed' "the whole log is $log"
  }
  rm -f "$log"
  [ -x "$NODE" ] || die "npm ci did not bring Node 24 ($NODE)" 'npm must be allowed to run the install script of the package "node"'
  touch "$ROOT/node_modules/.package-lock.json"
}
ensure_packages() { ! packages_stale || with_setup_lock install_packages; }

build_stale() {
  [ ! -e "$ROOT/build/.stamp" ] ||
    [ -n "$(find "$ROOT/src" "$ROOT/scripts/build.ts" "$ROOT/package.json" "$ROOT/package-lock.json" -newer "$ROOT/build/.stamp" -print -quit)" ]
}
make_build() {
  build_stale || return 0
  (cd "$ROOT" && "$NODE" scripts/build.ts) >&2 || die 'the build failed' "run: cd $ROOT && npm run build"
}
ensure_build() { ! build_stale || with_setup_lock make_build; }
