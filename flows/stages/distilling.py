"""The record becomes graded findings, as people ruled."""

from __future__ import annotations

from content import confirming
from distillers import distil as distillery
from flows.seating import asking
from flows.stages.night import Night
from flows.telling import Teller
from wiki import reverts


def distil(night: Night, *, ask: bool = True) -> distillery.Distilled:
    """Turns changed sessions and tickets into graded findings, as people ruled; without ``ask`` no agent is asked."""
    teller = Teller(night.say)
    with night.stage("distil", "distiller") as run:
        agent = asking(night.settings, night.redactor.mask, teller.asked) if ask else None
        given = reverts.rulings(night.ledger, confirming.rulings(run))
        return distillery.distil(
            run, night.archive, night.domains, rulings=given, asking=agent, on_progress=teller.units
        )
