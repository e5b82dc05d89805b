"""Is the process alive, and can it answer? For load balancers and container platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify

if TYPE_CHECKING:
    from flask import Response

    from searchsvc.aliases import AliasFile
    from searchsvc.engine.contract import SearchEngine


def blueprint(engine: SearchEngine, aliases: AliasFile) -> Blueprint:
    """`/healthz` and `/readyz`.

    The latter says "degraded", with what is damaged in `refused`, where an earlier generation
    answers or documents cannot be shown. Its status is 200 all the same: a load balancer that
    took the process out would take away answers that are right.
    """
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def alive() -> Response:
        return jsonify(status="alive")

    @health.get("/readyz")
    def ready() -> Response:
        status = engine.status()
        return jsonify(
            status="degraded" if status.refused else "ready",
            engine=status.engine,
            generation=status.generation,
            built_at=status.built_at.isoformat(),
            articles=status.articles,
            statements=status.statements,
            refused=list(status.refused),
            remarks=[] if aliases.remark is None else [aliases.remark],
        )

    return health
