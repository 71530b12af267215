"""Who may act for whom: representatives of firms, mandates, and one human under two records. Decision 0032."""
