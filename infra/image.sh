#!/usr/bin/env bash
# Builds this commit's image, pushes it, reads what the scan found, and prints the image's address by digest.
#   infra/image.sh REPOSITORY_URL [TAG]          needs aws, docker, jq
# TAG is the commit unless given. An image that is there already is taken as it is: tags are immutable.
# ARCHITECTURE (ARM64 or X86_64; default: this machine's) · ACCEPT_FINDINGS=true goes on in spite of critical findings
set -euo pipefail
url=$1
tag=${2:-$(git rev-parse HEAD)}
registry=${url%%/*}
repository=${url#*/}
region=$(cut -d. -f4 <<<"$registry")
here=$(cd "$(dirname "$0")/.." && pwd)

case ${ARCHITECTURE:-$(uname -m)} in
  ARM64 | arm64 | aarch64) platform=linux/arm64 ;;
  X86_64 | x86_64) platform=linux/amd64 ;;
  *) echo "ARCHITECTURE must be ARM64 or X86_64" >&2; exit 2 ;;
esac

digest() {
  aws ecr describe-images --region "$region" --repository-name "$repository" --image-ids "imageTag=$tag" \
    --query 'imageDetails[0].imageDigest' --output text
}

if found=$(digest 2>&1); then
  echo "$tag has been built before" >&2
elif [[ $found != *ImageNotFoundException* ]]; then
  echo "$found" >&2
  exit 1
else
  aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$registry" >&2
  # What is deployed is built on the base image that was reviewed, not on what its tag names today.
  base=$(sed -n 's/^FROM //p' "$here/infra/base/Dockerfile")
  # One plain manifest: with attestations beside it a tag names a list, which the scan does not read.
  docker build --build-context "${base%@*}=docker-image://$base" --platform "$platform" --provenance=false --build-arg "COMMIT=$(git -C "$here" rev-parse HEAD)" --tag "$url:$tag" "$here" >&2
  docker push "$url:$tag" >&2
  found=$(digest)
fi

aws ecr wait image-scan-complete --region "$region" --repository-name "$repository" --image-id "imageDigest=$found"
# As JSON: as text the CLI runs a query over each page of a hundred by itself. Pages may come as several documents; the counts,
# where there are any, are of the whole image on each.
critical=$(aws ecr describe-image-scan-findings --region "$region" --repository-name "$repository" \
  --image-id "imageDigest=$found" --output json | jq -s '
    map(.imageScanFindings // {})
    | [ (map(.findingSeverityCounts.CRITICAL // 0) | max),
        ([.[] | (.findings // [])[], (.enhancedFindings // [])[] | select(.severity == "CRITICAL")] | length) ]
    | max // 0')
echo "critical findings: $critical" >&2
if [ "$critical" != 0 ] && [ "${ACCEPT_FINDINGS:-}" != true ]; then
  echo "See them in the console under ECR; a newer base image usually mends them. ACCEPT_FINDINGS=true goes on." >&2
  exit 1
fi
echo "$url@$found"
