# The image that runs everywhere: pages, API and sockets in one process.
#
# Both stages are of the image's own platform, so that npm picks the binaries of lmdb, argon2 and sharp for the very
# Node, libc and architecture they will run on, and Nitro copies those into .output. For the other architecture build on
# a machine of that kind, or emulated: docker buildx build --platform linux/arm64 .
FROM node:24-slim AS build
WORKDIR /app
ENV NUXT_TELEMETRY_DISABLED=1
# First what changes seldom, so that a change of the code alone does not install anew. Nothing here needs an install
# script. Not `npm ci`: it refuses a lock that was written where some platforms' optional packages cannot be had.
COPY package.json package-lock.json ./
RUN npm install --ignore-scripts --no-audit --no-fund
COPY . .
# What /api/health tells; there is no repository in here to ask.
ARG COMMIT
RUN COMMIT=$COMMIT npm run build

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/data
# The one place that is written to, and only without MONGODB_URI or S3_BUCKET; the rest runs on a read-only root.
# And `webchat backup`, `restore` and the other tools for it are at hand.
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
