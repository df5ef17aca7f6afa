#!/usr/bin/env bash
# Lets a service run an image, waits until it does, and asks the chat whether it works; if not, brings the old one back.
#   infra/deploy.sh NAME URL [IMAGE]
# NAME is PROJECT-ENVIRONMENT, URL the chat's. Without IMAGE the running one stays, with the settings that Terraform has
# written since. COMMIT, where it is set, must be what answers afterwards. Needs aws, jq, node. Exit code 0: the new one runs. 1: it does not, and the old one runs again.
set -euo pipefail
name=$1
url=$2
export AWS_PAGER=

service() {
  aws ecs describe-services --cluster "$name" --services "$name" --query 'services[0]' --output json
}

# Waits until $1 runs; fails as soon as ECS has given it up, or after half an hour.
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

# Gives an image a tag of the environment, such as prod-1a2b3c4d5e6f: what has one outlives the newest commits' images.
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
    # It has been deployed before.
    [[ $answer == *ImageAlreadyExistsException* ]] || { echo "$answer"; return 1; }
  fi
}

old=$(service | jq -r .taskDefinition)
image=${3:-$(aws ecs describe-task-definition --task-definition "$old" --query 'taskDefinition.containerDefinitions[0].image' --output text)}

# The newest revision is the pattern: it may be Terraform's, with settings that do not run yet.
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
