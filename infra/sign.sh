#!/usr/bin/env bash
# Writes a list of an image's contents to sbom.spdx.json, and signs the image with the identity of the GitHub Actions run. So
# there is no key to keep. The signature is stored beside the image in the registry.
#   infra/sign.sh IMAGE@DIGEST            needs docker, signed in to the registry; in GitHub Actions also id-token: write
# To verify: docker run --rm -v ~/.docker:/root/.docker:ro $COSIGN verify IMAGE@DIGEST \
#   --certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-identity-regexp '^https://github.com/OWNER/NAME/'
set -euo pipefail
image=$1
[[ $image == *@sha256:* ]] || { echo "sign by digest: a tag may name something else tomorrow" >&2; exit 2; }
SYFT=anchore/syft:v1.38.0
COSIGN=ghcr.io/sigstore/cosign/cosign:v3.0.2
config=${DOCKER_CONFIG:-$HOME/.docker}

docker run --rm -v "$config:/config:ro" -e DOCKER_CONFIG=/config "$SYFT" "registry:$image" --output spdx-json > sbom.spdx.json
echo "sbom.spdx.json: $(jq '.packages | length' sbom.spdx.json) packages"
docker run --rm -v "$config:/config:ro" -e DOCKER_CONFIG=/config -e ACTIONS_ID_TOKEN_REQUEST_URL -e ACTIONS_ID_TOKEN_REQUEST_TOKEN \
  "$COSIGN" sign --yes "$image"
