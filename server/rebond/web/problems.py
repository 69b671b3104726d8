"""Errors over HTTP: the same table, the same sentences as on the socket (HB9)."""

from msgspec import UNSET
from starlette.responses import Response

from rebond_protocol.codec import Format, encode
from rebond_protocol.errors import Rejected
from rebond_protocol.http import Problem

JSON_TYPE = "application/json"


def json_response(value: object, status: int = 200) -> Response:
    """This value as JSON; nothing over the API is to be kept by a cache."""
    return Response(encode(value, Format.JSON), status, {"Cache-Control": "no-store"}, JSON_TYPE)


def problem_response(rejected: Rejected) -> Response:
    """A refusal, with the status its row names."""
    row = rejected.row
    problem = Problem(row.code, row.message, row.temporary, rejected.details or UNSET)
    response = json_response(problem, row.status)
    if row.status in (429, 503):
        response.headers["Retry-After"] = "2"
    return response


class Refused(Exception):
    """Ends a request with this refusal; the edge turns it into a response."""

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(rejected.code)
        self.rejected = rejected
