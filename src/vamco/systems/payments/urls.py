from django.urls import path

from vamco.systems.payments.pages import accounting, cashier, channels, paying

app_name = "payments"
urlpatterns = [
    path("payments/", paying.own, name="own"),
    path("pay/<str:invoice_code>", paying.invoice, name="invoice"),
    path("pay/<str:gateway_code>/gateway", paying.gateway, name="gateway"),
    path("pay/<str:receipt_code>/receipt", paying.receipt, name="receipt_file"),
    path("payments/back", channels.back, name="back"),
    path("payments/ipn", channels.ipn, name="ipn"),
    path("vqr/api/token_generate", channels.token, name="vietqr_token"),
    path("vqr/bank/api/transaction-sync", channels.transaction, name="vietqr_transaction"),
    path("desk/cash/", cashier.desk, name="desk"),
    path("desk/cash/till", cashier.till, name="till"),
    path("desk/cash/invoices/<str:due_code>", cashier.take, name="take"),
    path("desk/cash/receipts/<int:receipt_id>", cashier.receipt, name="receipt"),
    path("desk/cash/receipts/<int:printed_receipt>/file", cashier.receipt_file, name="cash_receipt_file"),
    path("desk/reconciliation/", accounting.days, name="days"),
    path("desk/reconciliation/statement", accounting.statement, name="statement"),
    path("desk/reconciliation/queue", accounting.queue, name="queue"),
    path("desk/reconciliation/queue/<int:transfer_id>", accounting.transfer, name="transfer"),
    path("desk/reconciliation/attempts/<int:attempt_id>/conclude", accounting.conclude, name="conclude"),
    path("desk/reconciliation/<str:reconciled_day>", accounting.day, name="day"),
    path("desk/reconciliation/differences/<int:difference_id>", accounting.difference, name="difference"),
    path("desk/refunds/", accounting.refunds, name="refunds"),
    path("desk/refunds/<int:refund_id>", accounting.refund, name="refund"),
]
