"""A reply as it leaves for the website: the tree, with the address of each cited passage."""

from __future__ import annotations

from typing import Any

from acumen.answering.links import article_url
from acumen.answering.reply import Reply


def rendered(reply: Reply) -> dict[str, Any]:
    """The reply's tree; every citation in it has a `url`."""
    tree = reply.to_dict()
    # Both go through the blocks in the same order.
    for block, citation in zip(_citation_blocks(tree["blocks"]), reply.citations, strict=True):
        block["url"] = article_url(citation)
    return tree


def _citation_blocks(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for block in blocks:
        if block["type"] == "citation":
            found.append(block)
        for row in block.get("rows", []):
            found += row["cells"]
    return found
