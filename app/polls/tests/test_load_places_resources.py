import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection

from polls.models import Choice, Question
from polls.tests.place_files import CSV, feature


@pytest.mark.django_db(transaction=True)
def test_second_load_waits_for_the_first(tmp_path):
    """And says so."""
    file, output = tmp_path / "places.csv", io.StringIO()
    file.write_text(CSV)
    other = connection.copy()
    with ThreadPoolExecutor(1) as loader:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtext('polls.load_places'))")

        def run():
            try:
                call_command("load_places", file, question="Which?", stdout=io.StringIO(), stderr=output)
            finally:
                connection.close()

        running = loader.submit(run)
        while "Another load is running" not in output.getvalue():
            assert not running.done()
        other.close()
        running.result(60)

    assert 2 == Choice.objects.count()


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_load_once(tmp_path):
    """The second waits for the first, and finds everything there."""
    file = tmp_path / "places.csv"
    file.write_text(CSV)

    def run(_):
        try:
            call_command("load_places", file, question="Which?", stdout=io.StringIO())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as loaders:
        list(loaders.map(run, range(4)))

    assert (2, 2) == (Question.objects.count(), Choice.objects.count())


# In a process between, because a process begins with the peak of the one that started it.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peak_of(file):
    """MiB that a process takes to load the file; it must succeed."""
    load = [sys.executable, "manage.py", "load_places", file, "--question", "Which?"]
    environment = {**os.environ, "POSTGRES_DB": connection.settings_dict["NAME"]}
    peak = subprocess.run([sys.executable, "-c", PEAK, *load], env=environment, stdout=subprocess.PIPE, check=True)
    return int(peak.stdout) / 1024


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["places.csv", "places.geojson"])
def test_large_file_takes_no_more_memory(tmp_path, name):
    """Ten megabytes with an emoji in them, which Python keeps in four bytes for each character."""
    small, large = tmp_path / f"small-{name}", tmp_path / name
    for file, rows in ((small, 1), (large, 12_000)):
        texts = [f"Tree \U0001f333 {number}" for number in range(rows)]
        if name.endswith(".csv"):
            file.write_text("text,lat,lon,notes\n" + "".join(f"{text},1,2,{'x' * 800}\n" for text in texts))
        else:
            features = [feature(text, notes="x" * 700) for text in texts]
            file.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))

    usual = peak_of(small)
    assert usual < 120
    assert peak_of(large) < usual + 20
    assert 12_000 == Choice.objects.count()
