"""Payments: invoices, VietQR, a gateway, cash, electronic receipts, refunds, and the daily reconciliation. We ask for money and never hold it."""
