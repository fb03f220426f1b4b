# The image of Squall by a container engine. Its files are those of `npm run image`, which needs no engine and packs the same bytes
# into an OCI archive; the settings below are those of scripts/image/settings.ts (a test holds them together).
FROM node:24.21.0-bookworm AS build
WORKDIR /squall
COPY . .
RUN npm ci && npm run image -- --rootfs /rootfs

FROM scratch
COPY --from=build /rootfs /
COPY --from=build --chown=65532:65532 /rootfs/home/squall /home/squall
COPY --from=build --chown=65532:65532 /rootfs/var/lib/squall /var/lib/squall
COPY --from=build --chown=65532:65532 /rootfs/work /work
ENV PATH=/usr/local/bin HOME=/home/squall SQUALL_HOME=/var/lib/squall
LABEL org.opencontainers.image.title=squall org.opencontainers.image.version=0.1.0 org.opencontainers.image.licenses=Apache-2.0
USER 65532:65532
WORKDIR /work
VOLUME /var/lib/squall
EXPOSE 4780/tcp
ENTRYPOINT ["squall"]
CMD ["--help"]
