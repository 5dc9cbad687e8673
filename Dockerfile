# syntax=docker/dockerfile:1
# costlint with Helm, for pipelines that run images: docs/docker.md. Name the image by digest in IMAGE to build the same twice.
ARG IMAGE=python:3.13-slim-bookworm

FROM ${IMAGE} AS build
ARG SOURCE_DATE_EPOCH=1767225600
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH}
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY costlint costlint
COPY rules rules
RUN pip wheel --no-cache-dir --disable-pip-version-check --wheel-dir /wheels '.[helm]'

FROM ${IMAGE}
# Git reads commits; it trusts mounted repositories, whoever they belong to, since nothing of theirs is run here.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin costlint
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --disable-pip-version-check --no-index --find-links /wheels 'costlint[helm]'
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["costlint"]
CMD ["--help"]
