"""What stands in a domain's own code: of names that stood there once, and of the lines that each change added.

    repository ──history──→ names that once stood ─┬→ gone names ──→ claims that rest on one are not filed
               ├─today────→ names, lines that stand┤
               └─history──→ lines of each commit ──┴→ wear ──→ what a ticket states is worth less, or not filed

Of code nothing is kept but keyed hashes of names and lines, in a cache that may be deleted.
"""
