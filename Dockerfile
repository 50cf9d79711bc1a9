# `docker build -t jixiao .`, then `docker run --rm --network none -v "$PWD/data:/data" jixiao` does what `make all` does:
# /data/raw is read into /data/processed, report included. Nothing is fetched while it runs.
FROM debian:stable-slim AS build
RUN apt-get update && apt-get install --no-install-recommends -y python3 python3-venv make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/jixiao
COPY requirements.lock pyproject.toml LICENSE NOTICE README.md ./
COPY tools tools
COPY pipeline pipeline
COPY schemas schemas
RUN tools/setup requirements.lock && tools/slim && .venv/bin/python -m pip uninstall --quiet --yes pip

FROM debian:stable-slim
RUN apt-get update && apt-get install --no-install-recommends -y python3 tesseract-ocr tesseract-ocr-chi-sim \
    && rm -rf /var/lib/apt/lists/* && useradd --uid 10001 --create-home jixiao
COPY --from=build /opt/jixiao /opt/jixiao
COPY tools/container /usr/local/bin/container
ENV PATH=/opt/jixiao/.venv/bin:$PATH LANG=zh_CN.UTF-8 PYTHONDONTWRITEBYTECODE=1
USER jixiao
WORKDIR /data
VOLUME /data
ENTRYPOINT ["container"]
