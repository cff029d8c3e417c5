# syntax=docker/dockerfile:1
# The image of every process of Backseat: nodes, the sandbox provider, and commands (`docker compose run --rm node1 migrate`).
#
# Node 24, supported until April 2028; trixie, because the native module below wants glibc 2.38, which bookworm has not.
ARG NODE=node:24-trixie-slim

FROM ${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM packages AS build
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY web web
RUN npm run build

# What runs, and nothing else. The npm package of uWebSockets.js is an unofficial mirror that ends at Node 20; the image
# takes the maker's own release instead. The digest is of the tag's archive: a tag that was moved, or an archive that was
# altered, ends the build. The last line ends it when the release has no binary for this Node, or one that does not load.
# For a newer release change both lines, and take the digest with `curl -L … | sha256sum`.
FROM packages AS modules
RUN npm ci --ignore-scripts --omit=dev
ADD --checksum=sha256:691f1f43cb6c4e30c56d7c11968c275130e57b52ac3327bc457c574dedc613d0 \
  https://codeload.github.com/uNetworking/uWebSockets.js/tar.gz/refs/tags/v20.69.0 /tmp/uws.tar.gz
RUN home=node_modules/uWebSockets.js \
  && binary="uws_linux_$(node -p 'process.arch')_$(node -p 'process.versions.modules').node" \
  && rm -r "$home" && mkdir "$home" \
  && tar -xzf /tmp/uws.tar.gz -C "$home" --strip-components=1 --exclude='*.node' \
  && tar -xzf /tmp/uws.tar.gz -C "$home" --strip-components=1 --wildcards "*/$binary" \
  && node -e "import('uWebSockets.js').then(({ default: uws }) => uws.App())"

FROM ${NODE}
# tini is the first process: it passes signals on, also before Node listens for them, and reaps what is left.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown node:node /data
WORKDIR /app
# The flag is that of `npm start`: a larger young generation spares a tenth of the CPU for some 30 MB of memory under load.
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=32 BACKSEAT_DATA=/data BACKSEAT_TRANSPORT=uws
COPY package.json LICENSE ./
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s CMD \
  ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BACKSEAT_PORT || 3000}/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "dist/main.js"]
CMD ["serve"]
