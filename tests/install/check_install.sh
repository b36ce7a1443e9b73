#!/bin/sh
# Installs the build into a folder of its own and uses it as a stranger would: by find_package, by pkg-config, and by what
# the library exports. usage: check_install.sh BUILD EXAMPLES SCRATCH SANITIZERS
set -eu
build=$1 examples=$2 scratch=$3 sanitizers=$4
fail() { echo "check_install: $*" >&2; exit 1; }

rm -rf "$scratch"
mkdir -p "$scratch"
cmake --install "$build" --prefix "$scratch/prefix" >/dev/null
library=$(find "$scratch/prefix" -name 'libinshi.so' | head -n 1)
[ -n "$library" ] || fail "no libinshi.so was installed"

# Only inshi_* leaves the library, and its SONAME is that of its major version.
strangers=$(nm -D --defined-only "$library" | awk '$2 != "A" && $3 !~ /^inshi_/ { print $3 }')
[ -z "$strangers" ] || fail "these symbols are exported and are not inshi_*: $strangers"
[ "$(nm -D --defined-only "$library" | grep -c ' T inshi_')" -ge 30 ] || fail "too few inshi_* symbols are exported"
major=$(sed -n 's/^#define INSHI_VERSION_MAJOR //p' "$scratch/prefix/include/inshi/version.h")
readelf -d "$library" | grep -q "SONAME.*\[libinshi.so.$major\]" || fail "the SONAME is not libinshi.so.$major"

# find_package
flags=
[ -z "$sanitizers" ] || flags="-fsanitize=$sanitizers"
cmake -S "$examples" -B "$scratch/examples" -DCMAKE_PREFIX_PATH="$scratch/prefix" -DCMAKE_C_FLAGS="$flags" >/dev/null
cmake --build "$scratch/examples" >/dev/null
for name in fit transform separate; do
    "$scratch/examples/example_$name" >/dev/null || fail "example_$name (find_package) failed"
done

# pkg-config
PKG_CONFIG_PATH=$(dirname "$library")/pkgconfig
export PKG_CONFIG_PATH
for name in fit transform separate; do
    # shellcheck disable=SC2046,SC2086
    ${CC:-cc} -std=c17 -Wall -Wextra -Werror $flags "$examples/$name.c" -o "$scratch/$name" $(pkg-config --cflags --libs inshi) -lm
    LD_LIBRARY_PATH=$(dirname "$library") "$scratch/$name" >/dev/null || fail "$name (pkg-config) failed"
done

# The headers alone are C++ too.
if command -v c++ >/dev/null 2>&1; then
    echo '#include <inshi/inshi.h>' | c++ -x c++ -Wall -Wextra -Werror -fsyntax-only -I"$scratch/prefix/include" -
fi
echo "check_install: $(nm -D --defined-only "$library" | grep -c ' T inshi_') symbols, examples run by find_package and pkg-config"
