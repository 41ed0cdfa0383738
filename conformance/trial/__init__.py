"""What a check sees and does: one import gives a check all it names."""

from conformance.trial.check import DATA_LOSS, OTHER_ACCOUNT, check
from conformance.trial.given import Stored
from conformance.trial.party import Party
from conformance.trial.trial import Answers, Trial

__all__ = ["DATA_LOSS", "OTHER_ACCOUNT", "Answers", "Party", "Stored", "Trial", "check"]
