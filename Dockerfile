FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 DATA_DIR=/data HOST=0.0.0.0
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN useradd --system --uid 10001 dailies && mkdir /data && chown dailies /data /app
USER dailies
VOLUME /data
EXPOSE 8000
CMD ["python", "manage.py", "run"]
