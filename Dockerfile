# The steps of docs/service.md: install with the extra, serve.
FROM python:3.12-slim

RUN useradd --create-home --shell /usr/sbin/nologin reader
WORKDIR /build
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY src src
COPY samples samples
RUN pip install --no-cache-dir '.[serve]' && rm -rf /build

USER reader
WORKDIR /home/reader
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# the form without a shell, so that SIGTERM reaches the service and what is in flight is finished
CMD ["inkdigits", "serve", "--host", "0.0.0.0"]
