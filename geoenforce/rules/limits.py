"""A number of the law, with the operator it is compared by."""

from dataclasses import dataclass
from decimal import Decimal

from geoenforce.core.terms import Operator


@dataclass(frozen=True)
class Limit:
    """A number of the law with the operator it is compared by."""

    operator: Operator
    value: Decimal
    unit: str

    def holds(self, amount: Decimal) -> bool:
        """
        Say whether an amount reaches the limit.

        Examples
        --------
        >>> Limit(Operator.AT_LEAST, Decimal(5), "mu").holds(Decimal("5.0000"))
        True
        >>> Limit(Operator.MORE_THAN, Decimal(5), "mu").holds(Decimal("5.0000"))
        False
        """
        if self.operator is Operator.AT_LEAST:
            return amount >= self.value
        if self.operator is Operator.MORE_THAN:
            return amount > self.value
        if self.operator is Operator.AT_MOST:
            return amount <= self.value
        return amount < self.value
