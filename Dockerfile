# The steps of docs/service.md: install with the extra, serve. Built by `make image`.
# BASE has no digest here, since a digest that nobody renews keeps old holes. `make image` asks for the tag's digest at the
# time, builds both stages from exactly that, and notes it in dist/base-image.txt. To build the same image again:
#     docker build --build-arg BASE="$(cat dist/base-image.txt)" -t inkdigits .
ARG BASE=python:3.12-slim

FROM ${BASE} AS build
WORKDIR /build
COPY requirements/base.txt requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/base.txt
COPY pyproject.toml README.md LICENSE LICENSES.md NOTICE ./
COPY src src
COPY samples samples
RUN python -m hatchling build -t wheel -d /wheels

FROM ${BASE}
RUN useradd --create-home --shell /usr/sbin/nologin reader
COPY requirements/serve.txt /tmp/
COPY --from=build /wheels /tmp/wheels
RUN pip install --no-cache-dir --require-hashes --no-deps -r /tmp/serve.txt \
    && pip install --no-cache-dir --no-deps /tmp/wheels/*.whl \
    && pip check && rm -rf /tmp/serve.txt /tmp/wheels

USER reader
WORKDIR /home/reader
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# the form without a shell, so that SIGTERM reaches the service and what is in flight is finished
CMD ["inkdigits", "serve", "--host", "0.0.0.0"]
