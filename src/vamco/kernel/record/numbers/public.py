from vamco.kernel.record.numbers.contracts import Number
from vamco.kernel.record.numbers.queries import given, peek, register, verify
from vamco.kernel.record.numbers.services import take

__all__ = ["Number", "given", "peek", "register", "take", "verify"]
