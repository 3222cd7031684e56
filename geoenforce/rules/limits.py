"""A number of the law, with the operator it is compared by; and how an area is rounded for it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from geoenforce.core.terms import Operator

# Areas are compared in the law's own unit. 5 mu is 3333.33… m², which no decimal states exactly: compared
# in whole m², a parcel of exactly 5 mu would fall short. Four decimals of a mu (0.07 m²) are finer than
# any survey and coarse enough to absorb the noise of floating-point overlays.
DECIMALS_OF_A_MU = 4


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


def rounded_mu(area_mu: float) -> Decimal:
    """
    Round an area half-up to 4 decimals of a mu, as every area that decides; the decimal text of the number counts.

    Examples
    --------
    >>> rounded_mu(4.99995), rounded_mu(4.99994)
    (Decimal('5.0000'), Decimal('4.9999'))
    """
    return Decimal(repr(float(area_mu))).quantize(Decimal(1).scaleb(-DECIMALS_OF_A_MU), rounding=ROUND_HALF_UP)
