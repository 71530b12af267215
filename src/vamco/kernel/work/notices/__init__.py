"""Notices to persons: the inbox, and e-mail, SMS, push and Zalo beside it (decision 0017)."""
