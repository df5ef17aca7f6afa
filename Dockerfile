# The image that runs everywhere: pages, API and sockets in one process.
#
# Both stages use the image's own platform. So npm installs the binaries of lmdb, argon2 and sharp for the right Node, libc
# and architecture, and Nitro copies them into .output. For the other architecture, build on a machine of that kind, or
# emulated: docker buildx build --platform linux/arm64 .
FROM node:24-slim AS build
WORKDIR /app
ENV NUXT_TELEMETRY_DISABLED=1
# The packages come first, so that a change of the code alone does not install them again. None needs an install script. Not
# `npm ci`: it refuses a lock file from a machine on which some platforms' optional packages were not available.
COPY package.json package-lock.json ./
RUN npm install --ignore-scripts --no-audit --no-fund
COPY . .
# The commit that /api/health names. The image has no repository to read it from.
ARG COMMIT
RUN COMMIT=$COMMIT npm run build

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/data
# The only folder that is written to, and only without MONGODB_URI or S3_BUCKET. The root can be read-only. The link makes
# `webchat backup`, `webchat restore` and the other tools for the data available.
RUN mkdir /data && chown 1000:1000 /data && ln -s /app/server/webchat.mjs /usr/local/bin/webchat
VOLUME /data
WORKDIR /app
COPY --from=build /app/.output ./
# For the synthetic check, which runs the same image (infra/modules/service/canary.tf).
COPY scripts/smoke.mjs ./
COPY scripts/smoke ./smoke
USER 1000:1000
EXPOSE 3000
# Exec form: node itself gets SIGTERM, and drains.
CMD ["node", "server/index.mjs"]
