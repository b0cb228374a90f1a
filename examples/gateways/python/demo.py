# SPDX-License-Identifier: Apache-2.0
"""Decides the requests of examples/quickstart, and loads the policy again in the middle. `./run` starts it."""

import json
import os
import pathlib
import sys
import time

import signalbox

router = signalbox.Router(os.environ["POLICY"])
paths = sorted(pathlib.Path(sys.argv[1]).glob("*.json"))
started, decided = time.perf_counter(), 0
for path in paths:
    document = json.loads(path.read_bytes())
    envelope = document if "body" in document else {"body": document}
    head = {name: envelope[name] for name in ("id", "path", "headers", "metadata", "user", "session", "readings", "seed") if name in envelope}
    decision = router.decide(envelope["body"], **head)
    decided += 1
    plan = " then ".join(candidate.served_name for candidate in decision.candidates) or f"{decision.end[1]} {decision.end[2]}"
    print(f"{path.name:36} {decision.route or 'otherwise':12} {plan}")
    if decided == len(paths) // 2:
        router.load(os.environ["POLICY"])
print(f"{decided} requests, {(time.perf_counter() - started) / decided * 1e6:.0f} µs each, by generations 1 and {router.status['generation']}")
