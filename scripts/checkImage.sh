#!/usr/bin/env bash
# Runs an image as Fargate does (read-only root, no capabilities, uid 1000), checks its answers, and ends it with SIGTERM.
#   scripts/checkImage.sh IMAGE      settings: ENGINE (default docker) and RUN_OPTIONS, options for its `run`
set -euo pipefail
image=$1
engine=${ENGINE:-docker}
port=13999
here=$(cd "$(dirname "$0")" && pwd)

# Podman mounts a writable /tmp of its own into a read-only container; Docker and Fargate do not.
read_only_tmpfs=
case $engine in *podman*) read_only_tmpfs=--read-only-tmpfs=false ;; esac

# Both variables can have several words, or none.
# shellcheck disable=SC2086
# Only the image's own volume is writable: there is no tmpfs, as in the task definition and in compose.yaml.
id=$($engine run -d --read-only $read_only_tmpfs --cap-drop=all --security-opt no-new-privileges --network host ${RUN_OPTIONS:-} \
  -e HOST=127.0.0.1 -e PORT=$port "$image")
trap '$engine rm -f "$id" >/dev/null' EXIT

for _ in $(seq 300); do
  curl -fs "http://127.0.0.1:$port/api/health" >/dev/null && break
  sleep .1
done
node "$here/smoke.mjs" "http://127.0.0.1:$port" --account --files || { $engine logs "$id" | tail -40; exit 1; }
# The synthetic check runs the same command in the container.
$engine exec "$id" node /app/smoke.mjs "http://127.0.0.1:$port" --account >/dev/null
# The tools for the data run beside the server.
$engine exec "$id" webchat check >/dev/null
$engine exec "$id" webchat backup >/dev/null
# The rest of the file system must not be writable.
if $engine exec "$id" node -e "require('fs').writeFileSync(require('os').tmpdir() + '/x', '')" 2>/dev/null; then
  echo "the temp folder is writable, which it is not on Fargate"
  exit 1
fi
user=$($engine exec "$id" id -u)
[ "$user" = 1000 ] || { echo "runs as uid $user, not 1000"; exit 1; }
$engine stop -t 60 "$id" >/dev/null
code=$($engine inspect "$id" --format '{{.State.ExitCode}}')
[ "$code" = 0 ] || { echo "exit code $code after SIGTERM"; $engine logs "$id" | tail -40; exit 1; }
echo "ok  ends with exit code 0 after SIGTERM"
