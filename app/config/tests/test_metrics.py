from config.tests.test_settings import run

WORKERS = """
import subprocess, sys
from urllib.request import urlopen
import config.wsgi
count = "from django_prometheus.middleware import Metrics; Metrics.get_instance().requests_total.inc({})"
for number in (2, 3):
    subprocess.run([sys.executable, "-c", "import config.wsgi; " + count.format(number)], check=True)
print(urlopen("http://127.0.0.1:9466/metrics").read().decode())
"""


def test_one_worker_answers_for_all(tmp_path):
    """The first worker takes the port; what the others count is in its answer."""
    done = run("-c", WORKERS, METRICS_PORT="9466", PROMETHEUS_MULTIPROC_DIR=str(tmp_path))

    assert "django_http_requests_before_middlewares_total 5.0" in done.stdout, done.stderr
