"""What a user can be told in one sentence.

    UserError                 the base: its message is shown as it stands, exit code 1, no traceback
    ├── BadInput              what was given cannot be used (a path, a question, a date)
    ├── IndexMissing          no index where one was expected
    ├── IndexUnsound          an index that must be mended or was made by other means
    ├── IndexBusy             another build is at work
    └── DiskTrouble           the disk is full, read-only or failing

A message says what came, what was expected and what to do.
"""


class UserError(Exception):
    """A mistake or a mishap that the user can mend."""


class BadInput(UserError):
    """What was given cannot be used."""


class IndexMissing(UserError):
    """No index where one was expected."""


class IndexUnsound(UserError):
    """The index is damaged, or was made with another encoder, split or format."""


class IndexBusy(UserError):
    """Another process is building this index."""


class DiskTrouble(UserError):
    """The disk is full, read-only or failing."""
