"""The words of a prompt, found alike by the server and by the workbench: each is named by where it stands.

A word is named ``START-END`` in code points, the end excluded, so that an answer stays readable without the rules by
which a prompt was split.
"""

import re

# Spelt out rather than "\\s": what counts as white space differs between languages, and both sides must agree.
_SEPARATORS = ' \t\n\v\f\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000,.?!":;'
_WORD = re.compile(f"[^{_SEPARATORS}]+")


def words_of(prompt: str) -> dict[str, str]:
    """Return the words of a prompt in their order, each under its name.

    Examples
    --------
    >>> words_of("two dogs, one sofa")
    {'0-3': 'two', '4-8': 'dogs', '10-13': 'one', '14-18': 'sofa'}
    """
    return {f"{match.start()}-{match.end()}": match.group() for match in _WORD.finditer(prompt)}
