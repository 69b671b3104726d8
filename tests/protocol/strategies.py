"""Values of the protocol's types, drawn from the types themselves: what they allow is what the tests try.

A new field or frame is tried without anybody writing a test for it. What the types leave open (plain strings, floats)
is drawn widely, within what both wire formats can carry.
"""

import builtins
import string
from typing import Any, TypeVar

from hypothesis import strategies as st
from msgspec import NODEFAULT
from msgspec import inspect as shapes

from rebond_protocol.limits import SEQ_MAX

T = TypeVar("T")

TEXTS = st.text(max_size=40)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers(-SEQ_MAX, SEQ_MAX)
ALPHABETS = {
    r"\A[A-Za-z0-9_.:-]+\Z": string.ascii_letters + string.digits + "_.:-",
    r"\A[a-z0-9_-]+\Z": string.ascii_lowercase + string.digits + "_-",
    r"\A[0-9a-f]+\Z": "0123456789abcdef",
}


def json_values(keys: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[Any]:
    """Anything JSON can say."""
    scalars = st.none() | st.booleans() | INTEGERS | FINITE | TEXTS
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
    )


def values_of(shape: type[T] | Any) -> st.SearchStrategy[Any]:
    """Values of this struct or union of structs."""
    return _drawn(shapes.type_info(shape))


def _drawn(info: shapes.Type) -> st.SearchStrategy[Any]:
    match info:
        case shapes.Metadata(type=inner):
            return _drawn(inner)
        case shapes.AnyType() | shapes.CustomType(cls=builtins.object):
            return json_values()
        case shapes.NoneType():
            return st.none()
        case shapes.BoolType():
            return st.booleans()
        case shapes.IntType(ge=least, le=most):
            return st.integers(-SEQ_MAX if least is None else int(least), SEQ_MAX if most is None else int(most))
        case shapes.FloatType():
            return FINITE
        case shapes.StrType(pattern=None, min_length=shortest, max_length=longest):
            return st.text(min_size=shortest or 0, max_size=min(40, longest or 40))
        case shapes.StrType(pattern=str(pattern), min_length=shortest, max_length=longest) if pattern in ALPHABETS:
            return st.text(ALPHABETS[pattern], min_size=shortest or 1, max_size=longest)
        case shapes.StrType(pattern=str(pattern), max_length=longest):
            return st.from_regex(pattern).filter(lambda text: len(text) <= (longest or len(text)))
        case shapes.LiteralType(values=values):
            return st.sampled_from(values)
        case shapes.VarTupleType(item_type=item):
            return st.lists(_drawn(item), max_size=3).map(tuple)
        case shapes.DictType(key_type=key, value_type=value):
            return st.dictionaries(_drawn(key), _drawn(value), max_size=3)
        case shapes.UnionType(types=types):
            return st.one_of([_drawn(one) for one in types])
        case shapes.StructType():
            return _struct(info)
        case _:
            raise TypeError(f"no strategy for {info}")


def _struct(info: shapes.StructType) -> st.SearchStrategy[Any]:
    needed = {field.name: _drawn(field.type) for field in info.fields if field.required}
    optional = {field.name: _drawn(field.type) for field in info.fields if not field.required}
    assert all(field.default is NODEFAULT for field in info.fields if field.required)
    return st.fixed_dictionaries(needed, optional=optional).map(lambda fields: info.cls(**fields))
