from vamco.vocab.payments import InvoiceMoved

STORED = [
    (
        InvoiceMoved("PT26000017", "dossier:17", "paid", 150000),
        (
            "payments.invoice_moved",
            1,
            '{"invoice": "PT26000017", "subject": "dossier:17", "standing": "paid", "paid": 150000}',
        ),
    )
]
