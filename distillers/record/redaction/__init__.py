"""Finding secrets: views of a text, anchors in them, and the rules that are tried at each anchor.

views    the text without colours, escapes and wraps, each with a way back to the original offsets
scanner  where in much text anything could stand (a few linear scans of it all)
engine   Hyperscan, which does them
batch    many texts as one run of bytes, for them
breaks   where in it a line end may run through one
anchors  which of these places count, and the windows around them
formats  vendors' published token formats
tokens   the same, ready to be tried at their literals
shapes   secrets known by what stands around them: key blocks, URLs, headers, command flags
names    ``name = value`` in all its spellings
naming   what such a name promises
prefixes what tools put before each line, between a name and its value below
columns  the values below a header that names a secret
calls    secrets that calls in code take, by their place
arguments  keys among what clients of services are made with, by their look
streams  answers that came in pieces, read as one text
values   is this value a secret, a placeholder or a piece of code
between  what can stand between a name and its value
blocks   base64 whose decoded text holds a secret
codes    text in other codes: hex, dumps, lists of numbers
embedded text within base64 of other bytes
dressed  stretches that read otherwise where they are shown: markup, frames, forms
scan     puts them together: a text in, spans out
"""
