"""What stands in a domain's own code: names that stood there once and stand nowhere today.

    repository ──history──→ names that once stood ─┐
               └─today────→ names that stand ──────┴→ gone ──→ claims that rest on a gone name are not filed

Of code nothing is kept but keyed hashes of names, in a cache that may be deleted.
"""
