# The HTTP service. `docker compose up -d` runs it beside a durable Redis.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements/web.txt requirements/web.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/web.txt
COPY pyproject.toml README.md LICENSE ./
COPY pocket_portals pocket_portals
RUN /venv/bin/pip install --no-cache-dir --no-deps .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data portals
COPY --from=build /venv /venv
USER portals
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 POCKET_PORTALS_HOME=/data POCKET_PORTALS_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/ready', timeout=2)"]
ENTRYPOINT ["pocket-portals"]
CMD ["serve", "--api", "--workers", "2"]
