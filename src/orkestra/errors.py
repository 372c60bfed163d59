"""All errors under the name that users import: the same classes as `orkestra.domain.errors`."""

from orkestra.domain.errors import *  # noqa: F403 - the whole tree is the point
