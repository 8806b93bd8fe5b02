"""How long does it take to find openings among ten thousand? Whole pages, as a server makes them, in one process."""

import os
import random
import statistics
import subprocess
import sys
import tempfile

OPENINGS = 10_000
ROUNDS = 20
SEARCHES = {
    "everything, best match": "",
    "words that most have": "q=image+careful",
    "a word that few have": "q=word1719",
    "facets": "data_type=image&label_type=evaluation_rating&basis=hour&experience=entry",
    "pay, hours and language": "currency=USD&least=20&hours=25&language=en&level=B2",
    "country": "country=SG",
    "only where eligible": "eligible=yes",
    "all of it, page 3": "q=image&basis=hour&country=DE&eligible=yes&order=match&page=3",
    "newest, page 100": "order=newest&page=100",
}


def _fill() -> None:
    """Store openings of every shape straight into the tables, most of them from elsewhere, as on a busy board."""
    import dataclasses
    from datetime import timedelta

    from rubrica.domain.language import LEVELS
    from rubrica.domain.opening import (
        DataType,
        Employment,
        Experience,
        Hours,
        LabelType,
        LanguageNeed,
        Opening,
        Pay,
        PayBasis,
    )
    from rubrica.domain.posting import Posting
    from rubrica.formats.openings.feed import Feed
    from rubrica.kit.clock import now
    from rubrica.records.models import Account, OpeningSource
    from rubrica.usecases.opening_imports import store_feed

    draw = random.Random(7)
    moment = now()
    admin = Account.objects.get(email="petra@example.org")
    vocabulary = [f"word{number}" for number in range(3_000)] + ["image", "careful", "evaluate", "rate"] * 20
    sources = [
        OpeningSource.objects.create(name=f"Board {number}", added_by=admin, is_shared=True, added_at=moment)
        for number in range(5)
    ]
    countries = ["DE", "SG", "US", "BR", "IN", "KE", "PH"]

    def opening(number: int) -> Opening:
        low = draw.randrange(300, 5_000)
        return Opening(
            title=f"{' '.join(draw.sample(vocabulary, 4))} {number}",
            organisation=f"Organisation {draw.randrange(400)}",
            description="\n\n".join(" ".join(draw.choices(vocabulary, k=60)) for _ in range(4)),
            data_type=draw.choice(list(DataType)),
            label_types=tuple(draw.sample(list(LabelType), 2)),
            pay=Pay(draw.choice(list(PayBasis)), low, low * 2, draw.choice(["USD", "USD", "EUR"])),
            hours=Hours(draw.randrange(5, 40)),
            languages=tuple(LanguageNeed(tag, draw.choice(LEVELS)) for tag in draw.sample(["en", "de", "es", "hi"], 2)),
            countries=() if draw.random() < 0.6 else tuple(sorted(draw.sample(countries, 2))),
            experience=draw.choice(list(Experience)),
            employment=(Employment.CONTRACTOR,),
            closes_at=moment + timedelta(days=draw.randrange(1, 90)),
        )

    for source in sources:
        postings = []
        for number in range(OPENINGS // len(sources)):
            made = dataclasses.replace(opening(number))
            posted = moment - timedelta(days=draw.randrange(60))
            postings.append(Posting(str(number), made, f"https://board.example/{source.pk}/{number}", posted))
        store_feed(source, Feed(tuple(postings)), now=moment)


def _searches() -> None:
    import time

    from benchmarks.world import make_world

    world = make_world(100, raters=1, overlap=3)
    from django.db import connection
    from django.test import Client

    from rubrica.kit.clock import now
    from rubrica.records.models import Account
    from rubrica.usecases.accounts import account_of_token
    from rubrica.usecases.profiles import replace_profile

    _fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rater = account_of_token(str(world["tokens"][0]), now=now())  # type: ignore[index]  # a list of tokens
    assert rater is not None
    profile = {
        "basics": [{"countries": ["DE"], "experience": "intermediate", "hours_per_week": 25}],
        "languages": [{"tag": "en", "reading": "C1"}, {"tag": "de", "reading": "NATIVE"}],
        "annotation": [{"data_types": ["image", "text"], "label_types": ["evaluation_rating", "classification"]}],
    }
    replace_profile(rater, profile, now=now())
    client = Client(headers={"host": "127.0.0.1"})
    # As the database has it: what a token speaks for is a part of the account only.
    client.force_login(Account.objects.get(pk=rater.pk))
    everything: list[tuple[float, float]] = []
    for name, query in SEARCHES.items():
        times = []
        for _ in range(ROUNDS):
            begun, worked = time.perf_counter(), time.process_time()
            answer = client.get(f"/openings/?{query}")
            times.append((1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked)))
            assert answer.status_code == 200, answer.status_code
            assert b"match " in answer.content, name
        everything += times
        print(_line(name, times), flush=True)
    print(_line("**all together**", everything), flush=True)


def _line(name: str, times: list[tuple[float, float]]) -> str:
    waited, worked = zip(*times, strict=True)
    numbers = (statistics.median(waited), _p95(list(waited)), statistics.median(worked), _p95(list(worked)))
    return f"| {name} | {' | '.join(f'{number:.0f}' for number in numbers)} |"


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def report() -> None:
    """Print the times of each search, and of all together."""
    print(f"\n### Finding openings among {OPENINGS:,} (whole pages in one process, SQLite)\n".replace(",", " ", 1))
    print("| search | median ms | 95 % ms | median of processor time ms | 95 % ms |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="rubrica-bench-") as home:
        environment = {**os.environ, "RUBRICA_HOME": home, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"}
        subprocess.run([sys.executable, "-m", "benchmarks.openings"], env=environment, check=True)


if __name__ == "__main__":
    _searches()
