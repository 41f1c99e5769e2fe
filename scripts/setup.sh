#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what a build of Primum needs and is missing; a no-op in a fraction of a second when nothing is.
#
#   1. Debian packages (Debian 12 and later; needs root or sudo, and only if one is missing).
#   2. The Mbed TLS 3.6 source, into .deps/mbedtls:
#        MBEDTLS_DIR=<folder>    use this source tree, fetch nothing
#        MBEDTLS_TARBALL=<file>  unpack upstream's release, if its SHA-256 is the pinned one
#        otherwise               Debian's source package from `trixie`, from the mirror that this machine's apt already
#                                uses; apt checks the chain from the archive's signing key down to every file
#   3. A CBOR reader that isn't ours, for one test (tests/system/test_payload_bytes.sh), into .deps/node_modules: where npm is
#      and reaches its registry. Else that test is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

deps=${PRM_DEPS:-$PWD/.deps} # another place, to try this script
mbedtls_suite=trixie
mbedtls_series=3.6
mbedtls_releases=https://github.com/Mbed-TLS/mbedtls/releases
mbedtls_tarball_name=mbedtls-3.6.6.tar.bz2
mbedtls_tarball_sha256=8fb65fae8dcae5840f793c0a334860a411f884cc537ea290ce1c52bb64ca007a
archive_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# Package, version, SHA-256 of its file.
npm_packages=(
    'cbor 10.0.12 bf8974d643ebc2577a79d8e94b0fc28c44b79a432fa72ef3c1bc435635834606'
    'nofilter 3.1.0 db97eec186dd44e14c94a46fa1721b221299a42577232c430fea8194c8233fce'
)

packages=(
    build-essential cmake ninja-build pkg-config git clang             # host builds
    gcc-arm-none-eabi binutils-arm-none-eabi libnewlib-arm-none-eabi   # the device's firmware
    qemu-system-arm gdb-multiarch                                      # the emulated board, and its debugger for faults
    libssl-dev libcmocka-dev libjansson-dev libunicorn-dev             # CLI, tests, fault injection
    libp11-kit-dev softhsm2                                            # keys in tokens, and a token to test with
    dpkg-dev debian-archive-keyring ca-certificates bzip2 xz-utils     # fetching and checking Mbed TLS
    lrzsz                                                              # a YMODEM client, for tests of the wire
    mandoc util-linux valgrind                                         # man page; script helpers; constant time
)

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$@" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# Those of the packages given that are not installed, one a line.
missing_of() {
    local installed
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        awk '$1 == "installed" { print $2 }') || true
    printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$installed" | sed '/^$/d') || true
}

updated=no
install_packages() {
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        die "these packages are missing: $*" "not root and no sudo here; as root, run: apt-get install $*"
    fi
    say "installing: $*"
    if [ $updated = no ]; then
        # A third-party source of the machine may be broken; what matters is whether the install succeeds.
        as_root apt-get -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 update ||
            say "apt-get update had errors; going on"
        updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "$@" || die "apt-get could not install: $*"
}

setup_packages() {
    local missing clang_major
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        missing=
        for tool in gcc cmake ninja clang pkg-config git arm-none-eabi-gcc qemu-system-arm openssl; do
            command -v $tool >/dev/null || missing="$missing $tool"
        done
        [ -z "$missing" ] || die "not a Debian system, and these tools are missing:$missing" \
            "install them, and the headers of OpenSSL 3, cmocka, jansson, unicorn and p11-kit"
        return
    fi
    mapfile -t missing < <(missing_of "${packages[@]}")
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
    # The sanitizer and libFuzzer runtimes are a package of their own, named after clang's major version.
    clang_major=$(dpkg-query -W -f '${Version}' clang | sed 's/^[0-9]*://; s/\..*//')
    mapfile -t missing < <(missing_of "libclang-rt-$clang_major-dev")
    [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}

# The Mbed TLS version of a source tree; fails if it isn't one, or not of the series we build.
mbedtls_version_of() {
    local version info=$1/include/mbedtls/build_info.h
    version=$(sed -n 's/^#define MBEDTLS_VERSION_STRING  *"\(.*\)"/\1/p' "$info" 2>/dev/null) || true
    case $version in
        "$mbedtls_series".*) printf '%s\n' "$version" ;;
        *) return 1 ;;
    esac
}

# Puts the unpacked tree $1, described by $2, in its place.
adopt_mbedtls() {
    mbedtls_version_of "$1" >/dev/null || die "what was unpacked is not Mbed TLS $mbedtls_series: $2"
    rm -rf "$deps/mbedtls"
    mv "$1" "$deps/mbedtls"
    printf '%s\n' "$2" > "$deps/mbedtls.version"
    say "Mbed TLS $2 in $deps/mbedtls"
}

mbedtls_from_tarball() {
    [ -f "$1" ] || die "MBEDTLS_TARBALL: no such file: $1"
    local sum
    sum=$(sha256sum < "$1" | cut -d' ' -f1)
    [ "$sum" = $mbedtls_tarball_sha256 ] || die "MBEDTLS_TARBALL: $1 is not $mbedtls_tarball_name" \
        "its SHA-256 is $sum" "expected        $mbedtls_tarball_sha256"
    mkdir "$work/unpacked"
    tar -xjf "$1" -C "$work/unpacked" --strip-components=1
    adopt_mbedtls "$work/unpacked" "${mbedtls_tarball_name%.tar.bz2}, upstream release, SHA-256 pinned"
}

# URIs from which this machine gets the main component of its own Debian release; apt's sources have two formats.
debian_uris() {
    local codename
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    {
        for file in /etc/apt/sources.list.d/*.sources; do
            [ -f "$file" ] && awk -v want="$codename" '
                function flush(  i, n, u) {
                    if (types ~ / deb / && suites ~ (" " want " ") && components ~ / main / && enabled !~ /^no$/) {
                        n = split(uris, u, " ")
                        for (i = 1; i <= n; i++) print u[i]
                    }
                    types = uris = suites = components = enabled = field = ""
                }
                /^#/ { next }
                /^[ \t]*$/ { flush(); next }
                /^[^ \t]/ { field = tolower($1); $1 = ""; sub(/^ /, "") }
                field == "types:" { types = types " " $0 " " }
                field == "uris:" { uris = uris " " $0 }
                field == "suites:" { suites = suites " " $0 " " }
                field == "components:" { components = components " " $0 " " }
                field == "enabled:" { enabled = $0 }
                END { flush() }' "$file"
        done
        for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
            [ -f "$file" ] && awk -v want="$codename" '
                $1 == "deb" {
                    sub(/^deb[ \t]+(\[[^]]*\])?[ \t]*/, "")
                    if ($2 == want && " " $0 " " ~ / main /) print $1
                }' "$file"
        done
    } | awk '!seen[$0]++'
}

mbedtls_from_debian() {
    local uris version apt
    command -v apt-get >/dev/null && [ -f $archive_keyring ] || return 1
    uris=$(debian_uris | tr '\n' ' ')
    [ -n "$uris" ] || return 1
    say "fetching the source package mbedtls from Debian $mbedtls_suite"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/source"
    printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
        "$uris" $mbedtls_suite $archive_keyring > "$work/mbedtls.sources"
    apt=(apt-get -q -o "Dir::Etc::sourcelist=$work/mbedtls.sources" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o Acquire::Languages=none -o Acquire::Retries=3
        -o Acquire::AllowInsecureRepositories=false -o Acquire::AllowWeakRepositories=false
        -o Acquire::AllowDowngradeToInsecureRepositories=false -o APT::Get::AllowUnauthenticated=false)
    # apt downloads as its own user where it can.
    chmod 755 "$work"
    if [ "$(id -u)" = 0 ] && id _apt >/dev/null 2>&1; then
        chown -R _apt "$work"
    fi
    # Without --error-on=any a failed update only warns, and an old or empty list would be used.
    "${apt[@]}" --error-on=any update || return 1
    (cd "$work/source" && "${apt[@]}" --download-only source mbedtls) || return 1
    version=$(sed -n 's/^Version: *//p' "$work"/source/*.dsc | head -1)
    # apt has checked the hash of the .dsc against the signed archive; dpkg-source checks those that the .dsc holds. (It
    # also remarks that it has no key of the uploader: the archive's signature is the one that counts here.)
    dpkg-source -q --no-copy -x "$work"/source/*.dsc "$work/unpacked" > "$work/log" 2>&1 ||
        { cat "$work/log" >&2; return 1; }
    adopt_mbedtls "$work/unpacked" "$version, Debian $mbedtls_suite, archive signature checked"
}

setup_mbedtls() {
    local version
    if [ -n "${MBEDTLS_DIR:-}" ]; then
        version=$(mbedtls_version_of "$MBEDTLS_DIR") ||
            die "MBEDTLS_DIR: no Mbed TLS $mbedtls_series source in $MBEDTLS_DIR"
        say "Mbed TLS $version from MBEDTLS_DIR"
        return
    fi
    if [ -f "$deps/mbedtls.version" ] && mbedtls_version_of "$deps/mbedtls" >/dev/null; then
        return
    fi
    mkdir -p "$deps"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    if [ -n "${MBEDTLS_TARBALL:-}" ]; then
        mbedtls_from_tarball "$MBEDTLS_TARBALL"
    elif ! mbedtls_from_debian; then
        die "no Debian source package of Mbed TLS to be had here; get $mbedtls_tarball_name (SHA-256" \
            "$mbedtls_tarball_sha256)" "from $mbedtls_releases and run: MBEDTLS_TARBALL=<that file> $0"
    fi
}

# Unpacked as it is; nothing of it is run here.
setup_npm() {
    local name version sum file place
    for package in "${npm_packages[@]}"; do
        read -r name version sum <<< "$package"
        place=$deps/node_modules/$name
        ! grep -qs "\"version\": *\"$version\"" "$place/package.json" || continue
        command -v npm >/dev/null || { say "no npm: the test that reads releases with another CBOR reader is skipped"; return; }
        mkdir -p "$deps/npm"
        file=$deps/npm/$name-$version.tgz
        (cd "$deps/npm" && npm pack --silent "$name@$version") >/dev/null 2>&1 && [ -f "$file" ] ||
            { say "npm gives no $name $version: the test that reads releases with it is skipped"; return; }
        [ "$(sha256sum < "$file" | cut -d' ' -f1)" = "$sum" ] || die "npm's $name $version is not the one we know"
        rm -rf "$place"
        mkdir -p "$place"
        tar -xzf "$file" -C "$place" --strip-components=1
        say "$name $version in $place"
    done
}

mkdir -p "$deps"
if command -v flock >/dev/null; then
    exec 9> "$deps/lock"
    flock 9
fi
setup_packages
setup_mbedtls
setup_npm
