# shellcheck shell=bash
# What the scripts share: the repository's top, a JDK, packages, Maven, the jar, Node, a browser. Sourced, not run.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # the scripts use it
jar=$top/target/fanfare.jar

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$@"
  exit 1
}

# Prints the comment at the head of the calling script.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# apt_install WHAT PACKAGE...: gets WHAT by the first of these Debian packages that the system's sources have.
apt_install() {
  local what=$1 root=() candidate package='' log
  shift
  command -v apt-get >/dev/null || die "needs $what, and there is no apt-get here: install it and try again"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "needs $what: as root, install one of these packages and try again: $*"
    root=(sudo)
  fi
  say "needs $what, which is missing: asking apt-get for it"
  # What fails here may have nothing to do with our package; if it has, the installation fails too, and says more.
  "${root[@]}" apt-get -qq update >/dev/null 2>&1 || true
  for candidate in "$@"; do
    if apt-cache show "$candidate" >/dev/null 2>&1; then
      package=$candidate
      break
    fi
  done
  [ -n "$package" ] || die "apt-get has none of these packages: $*. Install $what and try again"
  say "installing $package"
  log=$("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$package" 2>&1) \
    || die "apt-get could not install $package. Its last words:"$'\n'"$(tail -n 3 <<<"$log")"
}

# Prints the major version of the JDK in the directory $1, or 0 where there is none.
jdk_version() {
  local version=0
  if [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ]; then
    version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  fi
  echo "${version:-0}"
}

# Prints the JDK to use, if there is one of 17 or newer: that of JAVA_HOME, of PATH, or the newest of the system.
find_jdk() {
  local candidate version newest=16 found=''
  for candidate in "${JAVA_HOME-}" "$(readlink -f "$(command -v javac)" | sed 's|/bin/javac$||')"; do
    if [ "$(jdk_version "$candidate")" -ge 17 ]; then
      echo "$candidate"
      return
    fi
  done
  for candidate in /usr/lib/jvm/*; do
    version=$(jdk_version "$candidate")
    if [ "$version" -gt "$newest" ]; then
      newest=$version found=$candidate
    fi
  done
  echo "$found"
}

# Exports JAVA_HOME, installing a JDK where there is none.
need_jdk() {
  local found
  found=$(find_jdk)
  if [ -z "$found" ]; then
    apt_install 'a JDK of 17 or newer' openjdk-25-jdk-headless openjdk-21-jdk-headless openjdk-17-jdk-headless
    found=$(find_jdk)
  fi
  [ -n "$found" ] || die 'found no JDK of 17 or newer in JAVA_HOME, on PATH or in /usr/lib/jvm'
  if [ -n "${JAVA_HOME-}" ] && [ "$JAVA_HOME" != "$found" ]; then
    say "JAVA_HOME, which is $JAVA_HOME, is not a JDK of 17 or newer: using $found"
  fi
  export JAVA_HOME=$found
}

# Maven by its wrapper, in the repository's top. The wrapper needs no curl or wget: it downloads with the JDK instead.
maven() {
  command -v unzip >/dev/null || apt_install unzip unzip
  (cd "$top" && scripts/mvnw -B -ntp "$@")
}

# Builds the jar where it is missing or older than what goes into it.
build_jar() {
  if [ ! -f "$jar" ] || [ -n "$(find "$top"/{src/main,conf/fanfare.yaml,pom.xml} -newer "$jar" -print -quit)" ]; then
    say 'building target/fanfare.jar (the first time this fetches Maven and the libraries, for a minute or two)'
    maven -q -Dmaven.test.skip -Dspotless.check.skip package || die 'the build failed'
  fi
}

# need_server PROGRAM PACKAGE: puts a server's program on PATH, installing it where it is missing. Debian keeps some where the PATH
# of root alone leads, and starts a service of each that it installs, which nobody asked for here.
need_server() {
  PATH=$PATH:/usr/sbin
  if ! command -v "$1" >/dev/null; then
    apt_install "$1" "$2"
    local root=()
    if [ "$(id -u)" != 0 ]; then root=(sudo); fi
    if [ -d /run/systemd/system ]; then
      "${root[@]}" systemctl disable --now --quiet "$2" || say "could not stop the service $2 that came with $1: see to it"
    else
      "${root[@]}" service "$2" stop >/dev/null 2>&1 || true
    fi
    command -v "$1" >/dev/null || die "the package $2 brought no $1"
  fi
}

need_redis() { need_server redis-server redis-server; }
need_haproxy() { need_server haproxy haproxy; }
need_nginx() { need_server nginx nginx; }

# Prints the major version of Node, or 0 where there is none.
node_version() {
  local version
  version=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
  echo "${version:-0}"
}

# Puts Node of 20 or newer on PATH. Where Debian's is older, npm has the program too.
need_node() {
  command -v npm >/dev/null || apt_install 'Node and npm, which drive the browser,' npm
  if [ "$(node_version)" -lt 20 ]; then
    say 'getting Node 20 by npm'
    npm install --silent --no-save --prefix "$top/target/node" node@20.20.2 >&2 || return
    export PATH=$top/target/node/node_modules/node/bin:$PATH
  fi
  [ "$(node_version)" -ge 20 ] || die 'found no Node of 20 or newer'
}

# Exports CHROMIUM, installing it where it is missing.
need_chromium() {
  local candidate
  if [ -z "${CHROMIUM-}" ]; then
    for candidate in chromium chromium-browser google-chrome; do
      CHROMIUM=$(command -v "$candidate") && break
    done
  fi
  if [ -z "$CHROMIUM" ]; then
    apt_install 'Chromium, which shows the demo page,' chromium
    CHROMIUM=$(command -v chromium) || die 'the package chromium brought no chromium'
  fi
  export CHROMIUM
}

# From JDK 24 on the JVM warns of Unsafe, so Netty leaves it alone, unless told, and links malloc by itself: that takes 80 ms at
# the start.
unsafe=(--sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false)

# Sets jvm to the options for the JVM of JAVA_HOME: it ends when its memory does, instead of living on without a thread; and
# it starts faster, above all by the archive of classes beside the jar that suits it, if there is one. One that does not fit, as
# it was made by another JDK or for another jar, is passed over without a word.
read_jvm_options() {
  local base=${jar%.jar}
  jvm=(-XX:+ExitOnOutOfMemoryError)
  if [ "$(jdk_version "$JAVA_HOME")" -ge 25 ]; then
    jvm+=("${unsafe[@]}")
    if [ -f "$base.aot" ]; then jvm+=("-XX:AOTCache=$base.aot" -XX:AOTMode=auto '-Xlog:aot*=off,cds*=off'); fi
  elif [ -f "$base.jsa" ]; then
    # shellcheck disable=SC2034 # the scripts use it
    jvm+=("-XX:SharedArchiveFile=$base.jsa" -Xshare:auto '-Xlog:cds*=off,class+path*=off')
  fi
}
