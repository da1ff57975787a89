#!/bin/sh
# Finds a Python 3.11 and hands on to install.py: `setup.sh product` or `setup.sh test`.
# PYTHON names another interpreter. What it says is for whoever installs the product.
set -eu

cd "$(dirname "$0")/.."

is_right() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3; do
        if [ -n "$candidate" ] && is_right "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

if [ -n "${PYTHON:-}" ] && ! is_right "$PYTHON"; then
    echo "PYTHON=$PYTHON 不是可用的 Python 3.11；请改为 Python 3.11 解释器的路径。" >&2
    exit 1
fi

python=$(find_python)
debian_python="python3.11 python3.11-venv python3.11-dev"
if [ -z "$python" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "本机没有 Python 3.11，正在安装：$debian_python"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # three packages, three words
    apt-get install -qq -y --no-install-recommends $debian_python </dev/null >/dev/null 2>&1 ||
        { apt-get update -qq </dev/null >/dev/null &&
          apt-get install -qq -y --no-install-recommends $debian_python </dev/null >/dev/null; } || true
    python=$(find_python)
fi
if [ -z "$python" ]; then
    echo "本机没有 Python 3.11，本产品只在 3.11 上运行；请以 root 执行 apt-get install $debian_python，或以 make setup PYTHON=解释器路径 指定。" >&2
    exit 1
fi

exec "$python" setup/install.py "$@"
