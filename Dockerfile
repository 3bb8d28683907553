# syntax=docker/dockerfile:1
# The site as one image: web, worker and beat differ only in their command. docker-compose.yml runs it.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
COPY requirements/base.txt /tmp/base.txt
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/base.txt
COPY . /site
WORKDIR /site
# collectstatic reads the settings and touches no service; these values end with this line.
RUN SECRET_KEY=build LASTING_KEY=build SITE_URL=https://build.invalid DATABASE_URL=postgresql://build.invalid/build \
    REDIS_URL=redis://build.invalid COMMONS_VAR=/tmp/commons \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q /venv/lib commons events forum members notifications pages

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Commons" org.opencontainers.image.licenses="AGPL-3.0-or-later"
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin commons \
    && install --directory --owner commons --mode 0700 /media /kept
COPY --from=build /venv /venv
COPY --from=build /site /site
WORKDIR /site
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    COMMONS_VAR=/tmp/commons EXPORT_ROOT=/kept/exports ERASURE_LOG=/kept/erasures.log DATABASE_POOL=3 GRANIAN_BLOCKING_THREADS=3
USER commons
EXPOSE 8000
# The header says what the proxy would say; without it the site sends everybody to https first.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --start-interval=1s CMD ["python", "-c", "from urllib.request import Request, urlopen; urlopen(Request('http://127.0.0.1:8000/healthz', headers={'X-Forwarded-Proto': 'https'}), timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", "--log-level", "warning", "commons.config.wsgi:application"]
