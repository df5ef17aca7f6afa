#!/usr/bin/env bash
# Deploys an image to a service, waits until it runs, and checks that the chat works. If not, the old image is deployed again.
#   infra/deploy.sh NAME URL [IMAGE]
# NAME is PROJECT-ENVIRONMENT, URL is that of the chat. Without IMAGE the current image is deployed with the settings that
# Terraform has written since. If COMMIT is set, the deployed chat must name it. Needs aws, jq, node.
# Exit code 0: the new image runs. 1: it does not, and the old image runs again.
set -euo pipefail
name=$1
url=$2
export AWS_PAGER=

service() {
  aws ecs describe-services --cluster "$name" --services "$name" --query 'services[0]' --output json
}

# Waits until the task definition $1 runs. Fails when ECS gives up, or after half an hour.
await() {
  local primary state
  for _ in $(seq 180); do
    sleep 10
    primary=$(service | jq '.deployments[] | select(.status == "PRIMARY")')
    state=$(jq -r .rolloutState <<<"$primary")
    if [ "$(jq -r .taskDefinition <<<"$primary")" != "$1" ] || [ "$state" = FAILED ]; then
      echo "ECS has given it up: $(jq -r .rolloutStateReason <<<"$primary")"
      service | jq -r '.events[:5][] | "  \(.createdAt) \(.message)"'
      return 1
    fi
    echo "$state: $(jq -r '"\(.runningCount) of \(.desiredCount) tasks run"' <<<"$primary")"
    [ "$state" = COMPLETED ] && return
  done
  echo "It has taken half an hour"
  return 1
}

run() {
  aws ecs update-service --cluster "$name" --service "$name" --task-definition "$1" >/dev/null
  await "$1"
}

# Gives an image a tag of the environment, such as prod-1a2b3c4d5e6f. The repository keeps images with such a tag.
keep() {
  local repository=${1#*/} id found digest manifest answer
  case $repository in
    *@*) id=imageDigest=${repository#*@} ;;
    *) id=imageTag=${repository#*:} ;;
  esac
  repository=${repository%%[@:]*}
  found=$(aws ecr batch-get-image --repository-name "$repository" --image-ids "$id" --output json | jq '.images[0]')
  digest=$(jq -r .imageId.imageDigest <<<"$found")
  manifest=$(jq -r .imageManifest <<<"$found")
  if ! answer=$(aws ecr put-image --repository-name "$repository" --image-tag "${name##*-}-${digest:7:12}" \
    --image-digest "$digest" --image-manifest "$manifest" 2>&1); then
    # The image was deployed before, so it has the tag.
    [[ $answer == *ImageAlreadyExistsException* ]] || { echo "$answer"; return 1; }
  fi
}

old=$(service | jq -r .taskDefinition)
image=${3:-$(aws ecs describe-task-definition --task-definition "$old" --query 'taskDefinition.containerDefinitions[0].image' --output text)}

# The newest revision is the template. Terraform may have written it, with settings that do not run yet.
definition=$(aws ecs describe-task-definition --task-definition "$name" --query taskDefinition --output json |
  jq --arg image "$image" '.containerDefinitions[0].image = $image
    | del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)')
new=$(aws ecs register-task-definition --cli-input-json "$definition" --query taskDefinition.taskDefinitionArn --output text)

keep "$image"
echo "$image as ${new##*/}, instead of ${old##*/}"
run "$new" || exit 1
if node "$(dirname "$0")/../scripts/smoke.mjs" "$url" ${COMMIT:+--commit "$COMMIT"}; then
  echo "$url runs ${new##*/}"
else
  echo "It runs, but does not work: back to ${old##*/}"
  run "$old"
  exit 1
fi
