"""Quality of service: the shadow score of QĐ 766 from our own events, and the datasets that dossiers and ratings are."""
