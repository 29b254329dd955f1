"""XML that others wrote: without what could make a small file large or have others read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DOCTYPE = DefusedXmlException
"""What `parsed_xml` raises for a document type declaration: entities can be defined in it."""

UNREADABLE = (ParseError, ValueError, LookupError)
"""What it raises for damaged XML, or for XML of an unknown encoding; to be caught after `DOCTYPE`,
which is a ValueError too."""


def parsed_xml(data: bytes | str) -> Element:
    """The root of an XML file.

    Args:
        data: What is in the file.
    """
    root: Element = fromstring(data, forbid_dtd=True)
    return root
