"""The content of results, as MCP writes it."""

import base64

from mcp.types import ContentBlock, ImageContent, TextContent

from replay_mcp.views.result import Picture


def content_of(text: str, picture: Picture | None) -> list[ContentBlock]:
    """The text of a result, and its picture if it has one."""
    content: list[ContentBlock] = [TextContent(type="text", text=text)]
    if picture is not None:
        data = base64.b64encode(picture.data).decode()
        content.append(ImageContent(type="image", data=data, mime_type=picture.media_type))
    return content
