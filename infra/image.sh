#!/usr/bin/env bash
# Builds this commit's image, pushes it, reads the findings of the scan, and prints the image's address with its digest.
#   infra/image.sh REPOSITORY_URL [TAG]          needs aws, docker, jq
# TAG is the commit by default. If the image exists already, it is not built again, because tags are immutable.
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
  # A deployed image is built on the base image that was reviewed, not on the image that its tag names today.
  base=$(sed -n 's/^FROM //p' "$here/infra/base/Dockerfile")
  # No attestations: with them the tag would name a list of manifests, which the scan does not read.
  docker build --build-context "${base%@*}=docker-image://$base" --platform "$platform" --provenance=false --build-arg "COMMIT=$(git -C "$here" rev-parse HEAD)" --tag "$url:$tag" "$here" >&2
  docker push "$url:$tag" >&2
  found=$(digest)
fi

aws ecr wait image-scan-complete --region "$region" --repository-name "$repository" --image-id "imageDigest=$found"
# The output is JSON, because as text the CLI applies a query to each page of a hundred separately. Pages may arrive as
# several documents. The counts on each page, if it has any, are those of the whole image.
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
