"""Places on a page: between the picture of it and the points that pdfplumber measures in."""

Rectangle = tuple[float, float, float, float]


def offset(media: Rectangle, crop: Rectangle, rotation: int) -> tuple[float, float]:
    """Return what to take from pdfplumber's x and top to get places in the picture, in points.

    pdfplumber measures from the media box (and keeps its origin), PDFium draws the crop box.
    """
    left, low, right, high = (
        crop[0] - media[0],
        crop[1] - media[1],
        media[2] - crop[2],
        media[3] - crop[3],
    )
    x, top = {0: (left, high), 90: (low, left), 180: (right, low), 270: (high, right)}[
        rotation % 360
    ]
    sideways = rotation % 180 == 90
    origin_x, origin_y = (media[1], media[0]) if sideways else (media[0], media[1])
    return x + origin_x, top - origin_y
