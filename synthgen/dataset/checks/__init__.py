"""What a dataset promises, as checks: ``validate`` runs them all, ``registry`` finds them in ``rules/``."""
