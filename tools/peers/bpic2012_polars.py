"""Counts the figures of bpic2012.sql of the history crate by Polars, and prints how many seconds that took:
python bpic2012_polars.py LOG FIGURES THREADS"""

import os
import sys
import time

log_file, figures, threads = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads
import polars as pl  # noqa: E402, as it reads the variable once

FINAL = ["A_APPROVED", "A_DECLINED", "A_CANCELLED"]
COLUMNS = ["case_id", "activity", "lifecycle", "resource", "timestamp"]
ENGINE = "streaming"

start = time.perf_counter()
at = pl.col("timestamp").str.to_datetime("%+", time_zone="UTC")
kind = pl.col("activity").str.slice(0, 2)
person = pl.when(pl.col("resource") != "112").then("resource")
log = (
    pl.scan_csv(log_file, schema_overrides={"resource": pl.String})
    .select(COLUMNS)
    .with_row_index("line")
    .with_columns(at=at, kind=kind, person=person)
    # A moment is a whole second; the fraction is cut off.
    .with_columns(at_s=pl.col("at").dt.epoch("s"), day=pl.col("at").dt.convert_time_zone("Europe/Amsterdam").dt.date())
    .drop("timestamp", "resource", "at")
    .collect(engine=ENGINE)
)

# The first final state of a case; what follows is paperwork.
final = (
    log.lazy()
    .filter(pl.col("activity").is_in(FINAL))
    .group_by("case_id")
    .agg(pl.first("line").alias("final"), pl.first("day"), pl.first("activity").alias("state"))
)
ends = final.select("case_id", "final")
entry = (
    log.lazy()
    .filter(pl.col("activity") == "A_SUBMITTED", pl.col("lifecycle") == "COMPLETE")
    .group_by("case_id")
    .agg(pl.first("line").alias("entry"), pl.first("day"), pl.first("at_s").alias("entry_s"))
)

# Moves between different stages, up to and including the first final one.
moves = (
    log.lazy()
    .filter(pl.col("kind").is_in(["A_", "O_"]))
    .join(ends, on="case_id", how="left", maintain_order="left")
    .filter(pl.col("final").is_null() | (pl.col("line") <= pl.col("final")))
    .filter(pl.col("activity") != pl.col("activity").shift(1).over("case_id"))
    .group_by("day")
    .agg(moves=pl.len())
)

# The first work that a person began, unless the case was over before.
answers = (
    log.lazy()
    .filter(pl.col("kind") == "W_", pl.col("lifecycle") == "START", pl.col("person").is_not_null())
    .join(entry.select("case_id", "entry", "entry_s"), on="case_id", maintain_order="left")
    .join(ends, on="case_id", how="left", maintain_order="left")
    .filter(pl.col("line") > pl.col("entry"), pl.col("final").is_null() | (pl.col("line") < pl.col("final")))
    .group_by("case_id")
    .agg(pl.first("day"), (pl.first("at_s") - pl.first("entry_s")).alias("clock_s"))
    .group_by("day")
    # Nearest rank.
    .agg(answers=pl.len(), median_clock_s=pl.col("clock_s").quantile(0.5, "lower").cast(pl.Int64))
)

won = pl.col("state") == "A_APPROVED"
ended = final.group_by("day").agg(won=won.sum(), lost=(~won).sum())
entered = entry.group_by("day").agg(entered=pl.len())
people = log.lazy().group_by("day").agg(people=pl.col("person").drop_nulls().n_unique())
days = log.lazy().select(pl.date_range(pl.min("day"), pl.max("day")).alias("day"))
for part in [entered, ended, moves, people, answers]:
    days = days.join(part, on="day", how="left")
counts = ["entered", "won", "lost", "moves", "people", "answers"]
days = days.with_columns(pl.col(name).fill_null(0).cast(pl.Int64) for name in counts).sort("day")
days = days.with_columns(open=(pl.col("entered") - pl.col("won") - pl.col("lost")).cum_sum())
columns = ["day", "entered", "won", "lost", "open", "moves", "people", "answers", "median_clock_s"]
days.select(columns).collect(engine=ENGINE).write_csv(figures)
print(time.perf_counter() - start)
