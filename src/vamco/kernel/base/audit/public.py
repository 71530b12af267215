from vamco.kernel.base.audit.services import SYSTEM, record, verify

__all__ = ["SYSTEM", "record", "verify"]
