"""From runs to figures: ratios taken within a round, the goals, and the tables."""

import statistics

GOALS = {  # Set -> at most (inflate) or at least (peers) so many times.
    "small": {"igzip": 1.0, "igzip, all keys": 1.3, "DuckDB": 5, "ClickHouse": 4},
    "big": {"igzip": 1.0, "igzip, all keys": 1.3, "DuckDB": 4.5, "ClickHouse": 2.2},
    "tiny": {"igzip": 1.0, "igzip, all keys": 1.3, "DuckDB": 3.5, "ClickHouse": 9},
}
SPEEDUP_GOAL = 1.85
MEMORY_GOAL_MB = 64
DUPLICATES_MB = 64 * 1.048576  # On top of it, as the README states: --memory by default,
GROUP_MB = 0.0015              # and each group.
GROWTH_GOAL = 1.2  # Peak memory at ten times the input: flat, but for the noise of the allocator.
HELP_GOAL_MS, ONE_FILE_GOAL_MS = 10, 15


def ratios(above, below):
    """Of each round that has both, so that the drift of the machine falls out."""
    seconds = {run["round"]: run["seconds"] for run in below}
    return [run["seconds"] / seconds[run["round"]] for run in above if run["round"] in seconds]


class Figure:
    """Values of the rounds against a goal; the median decides unless said otherwise."""

    def __init__(self, name, where, values, goal=None, at_least=False, unit="",
                 decides=statistics.median):
        self.name, self.where, self.values, self.unit = name, where, values, unit
        self.goal, self.at_least, self.decides = goal, at_least, decides

    def is_met(self):
        if self.goal is None or not self.values:
            return None
        value = self.decides(self.values)
        return value >= self.goal if self.at_least else value <= self.goal

    def cells(self):
        sign = ">=" if self.at_least else "<="
        goal = "" if self.goal is None else f"{sign} {self.goal:g}{self.unit}"
        if not self.values:
            return [self.name, self.where, goal, "", "", "", "not measured"]
        outcome = {None: "", True: "met", False: "missed"}[self.is_met()]
        low, middle, high = min(self.values), statistics.median(self.values), max(self.values)
        return [self.name, self.where, goal, *(f"{value:.2f}{self.unit}"
                                               for value in (low, middle, high)), outcome]

    def document(self):
        return {"figure": self.name, "set": self.where, "goal": self.goal,
                "goal_is": "at least" if self.at_least else "at most", "unit": self.unit.strip(),
                "values": self.values, "met": self.is_met()}


def markdown(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def run_rows(runs, igzip):
    """One row a program: seconds, processor, memory, and how often the time of igzip."""
    rows = []
    for key, measured in runs.items():
        seconds = [run["seconds"] for run in measured]
        against = ratios(measured, igzip) if igzip else []
        rows.append([key, *(f"{pick(seconds):.3f}" for pick in (min, statistics.median, max)),
                     f"{statistics.median(run['cpu_seconds'] for run in measured):.2f}",
                     f"{max(run['megabytes'] for run in measured):.1f}",
                     " / ".join(f"{pick(against):.2f}" for pick in (min, statistics.median, max))
                     if against else ""])
    return rows


RUN_HEAD = ["program", "s min", "s median", "s max", "CPU s", "peak MB", "x igzip (min/median/max)"]
FIGURE_HEAD = ["figure", "set", "goal", "min", "median", "max", ""]
