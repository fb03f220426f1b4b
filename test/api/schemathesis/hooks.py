"""What schemathesis cannot know of Squall: whose token it has, and what a schema cannot say.

SQUALL_ROLE: viewer, operator, admin, or nobody, who shows no token.
"""

import os

import schemathesis

RANK = {"nobody": 0, "viewer": 1, "operator": 2, "admin": 3}
# An administrator's token opens the agents' way in too.
RANK_NEEDED = {**RANK, "join": 3, "agent": 3}
ROLE = os.environ["SQUALL_ROLE"]


@schemathesis.check
def role_is_kept(ctx, response, case):
    """Whoever may not use an operation is told so, whatever else a request says, and nothing else."""
    operation = case.operation
    needed = operation.definition.raw.get("x-squall-role")
    if needed is None or case.method.upper() != operation.method.upper():
        return
    if RANK[ROLE] >= RANK_NEEDED[needed]:
        return
    expected = 401 if ROLE == "nobody" else 403
    assert response.status_code in (expected, 429), f"{ROLE} may not, and was answered {response.status_code}"


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """Keeps to what the document says in words only. A cursor is the `next` of a page before, and an event's id that of a
    record which the run has: made-up ones are refused. What is started is an experiment that was applied."""
    if isinstance(case.query, dict):
        case.query.pop("cursor", None)
    if case.headers is not None and str(case.headers.get("Last-Event-ID", "")).isdigit():
        case.headers["Last-Event-ID"] = "0"
    if isinstance(case.body, dict) and isinstance(case.body.get("stored"), dict):
        if isinstance(case.body["stored"].get("name"), str):
            case.body = {**case.body, "stored": {"name": "tiny"}}
