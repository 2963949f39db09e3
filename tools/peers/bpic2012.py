"""Runs bpic2012.sql of the history crate over a log, and prints how many seconds that took:
python bpic2012.py SQL LOG FIGURES THREADS"""

import sys
import time

import duckdb

sql_file, log, figures, threads = sys.argv[1:]
with open(sql_file, encoding="utf-8") as file:
    sql = file.read()
# One replacement must not find what another one wrote; and every core may read.
for name, other in [("to 'bpic2012.csv'", f"to '{figures}'"), ("read_csv('bpic2012.csv.gz'", f"read_csv('{log}'")]:
    assert sql.count(name) == 1, name
    sql = sql.replace(name, other)
sql = sql.replace(", parallel = false", "")
connection = duckdb.connect(config={"threads": int(threads)})
start = time.perf_counter()
connection.execute(sql)
print(time.perf_counter() - start)
