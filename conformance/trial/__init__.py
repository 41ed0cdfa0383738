"""What a check sees and does: one import gives a check all it names."""

from conformance.trial.check import DATA_LOSS, check
from conformance.trial.given import Stored
from conformance.trial.trial import Answers, Trial

__all__ = ["DATA_LOSS", "Answers", "Stored", "Trial", "check"]
