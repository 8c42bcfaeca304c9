# SPDX-License-Identifier: Apache-2.0
"""Version ranges of npm (https://github.com/npm/node-semver#ranges), as far as `engines.node` needs them.

Not here: prerelease versions as the version that is asked about (Node.js releases have none); a number after an x (`1.x.2`)
makes a range invalid, also in the few places where node-semver overlooks it.
"""

_ANY = ["", "*", "x", "X"]
_OPERATORS = [">=", "<=", "~>", ">", "<", "=", "^", "~"]

def _number(text):
    return int(text) if text.isdigit() and (text == "0" or text[0] != "0") else None

def _parse(text):
    """Parses a version that may be partial.

    Args:
      text: such as `1.2.3-rc.1`, `v1.x`, `*`.

    Returns:
      struct(numbers = list of 0 to 3 numbers, is_prerelease = bool), or None where it is no version.
    """
    text = text.removeprefix("v").partition("+")[0]
    release, dash, _ = text.partition("-")
    if release in _ANY:
        return struct(numbers = [], is_prerelease = False)
    parts = release.split(".")
    if len(parts) > 3:
        return None
    numbers = []
    for i, part in enumerate(parts):
        if part in _ANY:
            if [rest for rest in parts[i:] if rest not in _ANY]:
                return None
            break
        number = _number(part)
        if number == None:
            return None
        numbers.append(number)
    return struct(numbers = numbers, is_prerelease = bool(dash) and len(numbers) == 3)

def _filled(numbers):
    return (numbers + [0, 0, 0])[:3]

def _next(numbers):
    """Returns the lowest version above all that begin with these numbers: [1, 2] -> [1, 3, 0]."""
    return _filled(numbers[:-1] + [numbers[-1] + 1])

def _caret_end(numbers):
    """Returns the lowest version that ^ excludes: the leftmost number that is not zero may not change."""
    for i, number in enumerate(numbers):
        if number:
            return _next(numbers[:i + 1])
    return _next(numbers)

def _is_compared(version, operator, wanted):
    """Compares a release with one comparator of a range, as node-semver's comparator and x-range rules have it."""
    numbers = wanted.numbers
    if not numbers:
        return operator not in ("<", ">")
    low = _filled(numbers)
    if operator == ">=":
        return version >= low
    if operator == "<":
        return version < low
    if operator == ">":
        return version >= (low if wanted.is_prerelease else _next(numbers))
    if operator == "<=":
        return version < (low if wanted.is_prerelease else _next(numbers))
    if operator == "^":
        return version >= low and version < _caret_end(numbers)
    if operator in ("~", "~>"):
        return version >= low and version < _next(numbers[:2])
    return version >= low and version < _next(numbers) and not wanted.is_prerelease

def _split_operator(word):
    for operator in _OPERATORS:
        if word.startswith(operator):
            return operator, word[len(operator):]
    return "", word

def _words(alternative):
    """Returns the comparators of an alternative; an operator may stand apart from its version."""
    words, operator = [], ""
    for word in [word for word in alternative.replace("\t", " ").split(" ") if word]:
        if word in _OPERATORS:
            operator += word
            continue
        words.append(operator + word)
        operator = ""
    return words + ([operator] if operator else [])

def _hyphen(alternative):
    """Returns `1.2 - 3.4` as comparators, anything else as it is."""
    low, dash, high = alternative.partition(" - ")
    if not dash:
        return alternative
    return ">={} <={}".format(low.strip(), high.strip())

def _satisfies(version, range):
    """Returns whether a released version lies in a range.

    Args:
      version: "x.y.z".
      range: as in package.json. A range that cannot be parsed allows nothing, as in npm.

    Returns:
      bool.
    """
    numbers = _parse(version).numbers
    satisfied = False
    for alternative in range.split("||"):
        matches = True
        for word in _words(_hyphen(alternative.strip())):
            operator, text = _split_operator(word)
            wanted = _parse(text)
            if not wanted:
                return False
            matches = matches and _is_compared(numbers, operator, wanted)
        satisfied = satisfied or matches
    return satisfied

semver = struct(satisfies = _satisfies)
