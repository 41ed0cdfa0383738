"""Access control lists: canned ones, grants from headers and XML, and what they permit."""

from server_ref.acl.check import is_public, permits
from server_ref.acl.grants import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, Acl, canned
from server_ref.acl.requested import requested_acl, stated

__all__ = [
    "ALL_USERS",
    "AUTHENTICATED_USERS",
    "LOG_DELIVERY",
    "Acl",
    "canned",
    "is_public",
    "permits",
    "requested_acl",
    "stated",
]
