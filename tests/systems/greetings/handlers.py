from vamco.kernel.base.events import public as events
from vamco.vocab.greetings import Greeted

heard = []


@events.handler("greetings.answer", Greeted)
def answer(event):
    heard.append(event)
