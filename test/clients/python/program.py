"""A client of Squall as another team would write it, over the package that openapi-python-client generates.

Starts a run, sends the start again, follows the run to its end, reads its report, and halts another one. Tells each step
as a line of JSON. argv: the server's URL, and a key for the start; the token stands in SQUALL_TOKEN.
"""

import json
import os
import sys

from squall_client import AuthenticatedClient
from squall_client.api.runs import halt_run, report_run, start_run, stream_run
from squall_client.models import Error, Experiment, Halt, Halted, JournalRecord, Labels, Run, RunState, StartExperiment
from squall_client.types import UNSET


def experiment(during):
    return Experiment.from_dict(
        {
            "apiVersion": "squall.dev/v1",
            "kind": "Experiment",
            "metadata": {"name": "tiny"},
            "spec": {
                "phases": {
                    "warmup": "1s",
                    "baseline": "1s",
                    "during": during,
                    "recovery": {"within": "5s", "hold": "1s"},
                },
                "hypothesis": [
                    {
                        "name": "the gateway answers",
                        "http": {"to": "gateway", "path": "/", "timeout": "1s", "every": "20ms"},
                        "good": {"status": "2xx", "within": "800ms"},
                        "objective": "90%",
                    }
                ],
                "faults": [
                    {
                        "name": "payments is slow",
                        "edge": {"from": "gateway", "to": "payments"},
                        "latency": {"delay": "60ms"},
                        "hits": {"atLeast": 5},
                    }
                ],
            },
        }
    )


client = AuthenticatedClient(base_url=sys.argv[1], token=os.environ["SQUALL_TOKEN"], timeout=60)


def tell(step, **told):
    print(json.dumps({"step": step, **told}), flush=True)


def answered(kind, response):
    assert isinstance(response.parsed, kind), response
    return response.parsed


def start(during, key=UNSET):
    labels = Labels.from_dict({"by": "python"})
    body = StartExperiment(experiment=experiment(during), seed=7, labels=labels)
    response = start_run.sync_detailed(client=client, body=body, idempotency_key=key)
    assert response.parsed is not None and not isinstance(response.parsed, Error), response
    return {"id": response.parsed.id, "status": response.status_code.value}


def follow(run):
    text = answered(str, stream_run.sync_detailed(run, client=client))
    data = [line[len("data: ") :] for line in text.split("\n") if line.startswith("data: ")]
    return [JournalRecord.from_dict(json.loads(one)).entry.kind for one in data]


def report(run):
    return answered(Run, report_run.sync_detailed(run, client=client))


first = start("2s", sys.argv[2])
tell("start", **first)
tell("repeat", **start("2s", sys.argv[2]))
kinds = follow(first["id"])
tell("follow", first=kinds[0], last=kinds[-1], records=len(kinds))
told = report(first["id"])
assert told.state is RunState.FINISHED
tell("report", state=told.state.value, verdict=told.verdict.value, receipts=len(told.receipts))

other = start("30s")["id"]
halted = answered(Halted, halt_run.sync_detailed(other, client=client, body=Halt(reason="the example is over")))
follow(other)
told = report(other)
tell("halt", halted=len(halted.halted), verdict=told.verdict.value, because=told.because)
refused = halt_run.sync_detailed(other, client=client)
tell("refused", status=refused.status_code.value, code=answered(Error, refused).code.value)
