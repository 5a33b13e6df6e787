#!/usr/bin/env bash
# Put uv into .tools, for machines that have Python and nothing else.
set -euo pipefail
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
  { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; exit 1; }
python3 -m venv .tools 2>/dev/null ||
  { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
.tools/bin/pip install --quiet --disable-pip-version-check uv ||
  { echo "uv could not be installed: no package registry answers; check the network or install uv by hand"; exit 1; }
