"""Why an image was refused, in words that tell its owner what to do."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """The closed list of reasons; stored with the item, counted in the summary of an import."""

    EMPTY_FILE = "empty-file"
    TOO_MANY_BYTES = "too-many-bytes"
    NOT_AN_IMAGE = "not-an-image"
    UNSUPPORTED_FORMAT = "unsupported-format"
    TOO_MANY_PIXELS = "too-many-pixels"
    SIDE_TOO_LONG = "side-too-long"
    IMPLAUSIBLE_SIZE = "implausible-size"
    TOO_MANY_FRAMES = "too-many-frames"
    TOO_MANY_SCANS = "too-many-scans"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    CPU_LIMIT = "cpu-limit"
    MEMORY_LIMIT = "memory-limit"
    TIME_LIMIT = "time-limit"
    DECODER_CRASHED = "decoder-crashed"
    DECODER_KILLED = "decoder-killed"


class ImageRefusedError(ValueError):
    """The bytes are not an image that raters can be shown.

    Parameters
    ----------
    code
        One of `RefusalCode`.
    message
        What was wrong and what to do about it, in plain words.  It never quotes the file.
    """

    def __init__(self, code: RefusalCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
