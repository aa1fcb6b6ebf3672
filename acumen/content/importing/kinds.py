"""What kind of file a source is, by its content and by its name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from acumen.errors import AcumenError, problem

HTML, DOCX, PDF, MARKDOWN, TEXT = "web page", "Word file", "PDF file", "Markdown file", "text file"
SUFFIXES = {
    ".html": HTML,
    ".htm": HTML,
    ".docx": DOCX,
    ".pdf": PDF,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".txt": TEXT,
    ".text": TEXT,
}
MAX_BYTES = 5_000_000
# A Word file is packed: a small one can hold text without end.
MAX_UNPACKED_BYTES = 100_000_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def read_source(file: Path) -> tuple[str, bytes]:
    """Read `file` and say of which kind it is.

    Raises:
        AcumenError: ACU180 when it cannot be read, ACU181 when it is of no kind that can be imported, ACU182 when it
            is too large, ACU183 when it is empty, ACU185 when it has a password, ACU186 when its name is wrong,
            ACU187 when it is damaged.
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            megabytes = f"{file.stat().st_size / 1e6:.1f}"
            raise AcumenError(problem("ACU182", file=file, size=megabytes, limit=f"{MAX_BYTES / 1e6:.0f}"))
        content = file.read_bytes()
    except OSError as error:
        raise AcumenError(problem("ACU180", file=file, detail=error.strerror or error)) from error
    if not content.strip():
        raise AcumenError(problem("ACU183", file=file, detail="the file is empty"))
    named, found = SUFFIXES.get(file.suffix.lower()), _kind(content, file)
    if named is None or found is None:
        raise AcumenError(problem("ACU181", file=file))
    if found == TEXT and named in (HTML, MARKDOWN):
        return named, content
    if found != named:
        ending = next(suffix for suffix, kind in SUFFIXES.items() if kind == found)
        raise AcumenError(problem("ACU186", file=file, kind=found, ending=ending))
    return named, content


def decode(content: bytes, file: Path) -> str:
    """The text in `content`, whatever its encoding.

    Raises:
        AcumenError: ACU181 when it is no text.
    """
    for encoding in ("utf-16",) if content.startswith(_WIDE) else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(content).best()
    if best is None:
        raise AcumenError(problem("ACU181", file=file))
    return str(best)


def _kind(content: bytes, file: Path) -> str | None:
    """The kind that the content shows; None where it is no kind that can be imported."""
    if b"%PDF-" in content[:1024]:
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _packed(content, file)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise AcumenError(problem("ACU185", file=file))
        return None
    if b"\0" in content[:8192] and not content.startswith(_WIDE):
        return None
    start = content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return HTML if start.startswith((b"<!doctype html", b"<html")) else TEXT


def _packed(content: bytes, file: Path) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise AcumenError(problem("ACU187", file=file, detail="it is no whole Word file")) from error
    if unpacked > MAX_UNPACKED_BYTES:
        limit = f"{MAX_UNPACKED_BYTES / 1e6:.0f}"
        raise AcumenError(problem("ACU182", file=file, size=f"{unpacked / 1e6:.1f}", limit=limit))
    return DOCX if "word/document.xml" in names else None
