"""Business time by businesstimedelta: the questions of business_time.cjs. Prints rows as the other benchmarks do."""

import datetime
import time

import businesstimedelta

ROUNDS = 101
WORKDAYS = businesstimedelta.WorkDayRule(
    start_time=datetime.time(9), end_time=datetime.time(18), working_days=[0, 1, 2, 3, 4]
)
RULES = businesstimedelta.Rules([WORKDAYS])
FROM = datetime.datetime(2026, 1, 5, 10)
UNTIL = datetime.datetime(2026, 7, 6, 15, 30)
HUNDRED_HOURS = businesstimedelta.BusinessTimeDelta(RULES, hours=100)


def between():
    return RULES.difference(FROM, UNTIL)


def add():
    return (FROM + HUNDRED_HOURS).replace(tzinfo=None)


assert between().timedelta == datetime.timedelta(minutes=70_530), between()
assert add() == datetime.datetime(2026, 1, 20, 11), add()

for table, ask in (("between moments six months apart", between), ("add 100 h", add)):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        ask()
        times.append(time.perf_counter_ns() - start)
    times.sort()
    quartiles = "\t".join(str(times[len(times) * part // 4]) for part in (2, 1, 3))
    print(f"business time, {table}\tbusinesstimedelta 1.0.1, in Python\t{quartiles}\t")
