# The image of production with its tests on top: what runs in them is what will be deployed. bake links `prod` and `dev`.

# hadolint ignore=DL3006
FROM prod

WORKDIR /app
# Another image, not a stage of this file.
# hadolint ignore=DL3022
COPY --from=dev /opt/venv /opt/venv
# The tests only (test.Dockerfile.dockerignore): the project stays the image's own.
COPY . .
ENTRYPOINT []
CMD ["pytest"]
