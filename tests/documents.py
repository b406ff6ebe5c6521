"""The same article as a file of each kind, made by the libraries that people make them with."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from html import escape
from xml.sax.saxutils import escape as in_xml


def as_pdf(paragraphs: list[str], head: str = "") -> bytes:
    """Wrapped lines, a running head and page numbers, on as many pages as it takes."""
    from reportlab.lib.pagesizes import A5
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    style = getSampleStyleSheet()["BodyText"]

    def edges(canvas: object, page: object) -> None:
        if head:
            canvas.drawString(60, 570, head)  # type: ignore[attr-defined]
        canvas.drawString(200, 20, f"{page.page}")  # type: ignore[attr-defined]

    kept = io.BytesIO()
    story = [part for p in paragraphs for part in (Paragraph(escape(p), style), Spacer(1, 12))]
    SimpleDocTemplate(kept, pagesize=A5).build(story, onFirstPage=edges, onLaterPages=edges)
    return kept.getvalue()


def as_docx(paragraphs: list[str], *, title: str = "", author: str = "python-docx") -> bytes:
    from docx import Document

    document, kept = Document(), io.BytesIO()
    document.core_properties.title, document.core_properties.author = title, author
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(kept)
    return kept.getvalue()


def as_pptx(paragraphs: list[str]) -> bytes:
    """A slide for each paragraph."""
    from pptx import Presentation
    from pptx.util import Inches

    slides, kept = Presentation(), io.BytesIO()
    for paragraph in paragraphs:
        slide = slides.slides.add_slide(slides.slide_layouts[6])
        slide.shapes.add_textbox(Inches(1), Inches(1), Inches(6), Inches(4)).text_frame.text = paragraph
    slides.save(kept)
    return kept.getvalue()


def as_epub(paragraphs: list[str], title: str = "") -> bytes:
    chapter = "".join(f"<p>{in_xml(p)}</p>" for p in paragraphs)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title>{in_xml(title)}</dc:title></metadata><manifest><item id="c" href="text/one.xhtml"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    )
    return as_zip({
        "mimetype": b"application/epub+zip", "META-INF/container.xml": container.encode(), "OPS/book.opf": package.encode(),
        "OPS/text/one.xhtml": f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{chapter}</body></html>'.encode(),
    })  # fmt: skip


def as_mail(paragraphs: list[str], subject: str = "", *, sender: str = "", date: str = "") -> bytes:
    mail = EmailMessage()
    for name, value in (("Subject", subject), ("From", sender), ("Date", date)):
        if value:
            mail[name] = value
    mail.set_content("\n\n".join(paragraphs))
    return mail.as_bytes()


def as_html(paragraphs: list[str]) -> bytes:
    return f"<html><body><article>{''.join(f'<p>{escape(p)}</p>' for p in paragraphs)}</article></body></html>".encode()


def as_zip(files: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return kept.getvalue()
