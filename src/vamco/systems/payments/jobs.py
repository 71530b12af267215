from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.systems.payments.services import attempts, issuing, taking_in


@jobs.task(taking_in.SETTLE, retries=8)
def settle(notification: int) -> None:
    """Settle a notice that was kept."""
    taking_in.settle(notification)


@jobs.task(attempts.POLL, retries=3)
def poll(attempt: int) -> None:
    """Ask the gateway about a payment."""
    attempts.poll(attempt)


@jobs.task(issuing.MAKE, retries=8)
def make_receipt(receipt: int) -> None:
    """Make the document of a receipt."""
    issuing.make(receipt)


@jobs.task(issuing.SEND, retries=12)
def send_receipt(receipt: int) -> None:
    """Give a receipt, or its voiding, to the carrier."""
    issuing.send(receipt)


@jobs.task(issuing.SUMMARISE, retries=12)
def send_summary(summary: int) -> None:
    """Give a day's summary to the carrier."""
    issuing.send_summary(summary)


@jobs.periodic("payments.poll_due", "*/5 * * * *")
def poll_due() -> None:
    """Ask about payments whose time has come, and settle what a crash has left."""
    attempts.poll_due()
    taking_in.settle_left()


@jobs.periodic("payments.summarise", "30 11,16 * * *")
def summarise() -> None:
    """Make the day's summaries: at 18:30 and, for what came after, at 23:30 in the province (the worker's clock is UTC)."""
    issuing.summarise(clock.today())
