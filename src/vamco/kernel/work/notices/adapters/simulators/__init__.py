"""Providers in this house: what e-mail, SMS, push and Zalo do, and how they fail; for the demonstration and for tests."""
