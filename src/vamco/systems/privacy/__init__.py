"""Personal data: purposes and consents, who looked, requests of data subjects, export, breaches, retention."""
