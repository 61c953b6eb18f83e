"""Outlines beside words: a closed set of icons as SVG strings.

Drawings: Lucide (lucide.dev), ISC licence, Copyright Lucide Icons and Contributors; those that Lucide derives from
Feather: MIT licence, Copyright Cole Bemis. Ours are only the choice and the merging of paths.
"""

from typing import Final

from markupsafe import Markup

_SHAPES: Final[dict[str, Markup]] = {
    "ban": Markup('<path d="M4.929 4.929 19.07 19.071"/><circle cx="12" cy="12" r="10"/>'),
    "calendar-days": Markup(
        '<path d="M8 2v3M16 2v3M3 9h18M8 13h.01M12 13h.01M16 13h.01M8 17h.01M12 17h.01M16 17h.01"/><rect x="3" y="3" '
        'width="18" height="18" rx="2"/>'
    ),
    "check": Markup('<path d="M20 6 9 17l-5-5"/>'),
    "chevron-down": Markup('<path d="M6 9l6 6 6-6"/>'),
    "chevron-left": Markup('<path d="M15 18l-6-6 6-6"/>'),
    "chevron-right": Markup('<path d="M9 18l6-6-6-6"/>'),
    "circle-check": Markup('<path d="M16 9l-5.5 5.5L8 12"/><circle cx="12" cy="12" r="10"/>'),
    "circle-x": Markup('<path d="M15 9l-6 6M9 9l6 6"/><circle cx="12" cy="12" r="10"/>'),
    "clipboard-list": Markup(
        '<path d="M16 4h2a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h2M12 11h4M12 16h4M8 '
        '11h.01M8 16h.01"/><rect width="8" height="4" x="8" y="2" rx="1" ry="1"/>'
    ),
    "clock": Markup('<path d="M12 6v6l4 2"/><circle cx="12" cy="12" r="10"/>'),
    "cloud-off": Markup(
        '<path d="M10.94 5.274A7 7 0 0 1 15.71 10h1.79a4.5 4.5 0 0 1 4.222 6.057M18.796 18.81A4.5 4.5 0 0 1 17.5 '
        '19H9A7 7 0 0 1 5.79 5.78M2 2l20 20"/>'
    ),
    "download": Markup('<path d="M12 15V3M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4M7 10l5 5 5-5"/>'),
    "droplets": Markup(
        '<path d="M7 16.3c2.2 0 4-1.83 4-4.05 0-1.16-.57-2.26-1.71-3.19S7.29 6.75 7 5.3c-.29 1.45-1.14 2.84-2.29 '
        "3.76S3 11.1 3 12.25c0 2.22 1.8 4.05 4 4.05zM12.56 6.6A10.97 10.97 0 0 0 14 3.02c.5 2.5 2 4.9 4 6.5s3 3.5 3 "
        '5.5a6.98 6.98 0 0 1-11.91 4.97"/>'
    ),
    "file-check": Markup(
        '<path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 '
        '2 0 0 1-2 2zM14 2v5a1 1 0 0 0 1 1h5M9 15l2 2 4-4"/>'
    ),
    "file-text": Markup(
        '<path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 '
        '2 0 0 1-2 2zM14 2v5a1 1 0 0 0 1 1h5M10 9H8M16 13H8M16 17H8"/>'
    ),
    "gauge": Markup('<path d="M12 14l4-4M3.34 19a10 10 0 1 1 17.32 0"/>'),
    "history": Markup('<path d="M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8M3 3v5h5M12 7v5l4 2"/>'),
    "hourglass": Markup(
        '<path d="M5 22h14M5 2h14M17 22v-4.172a2 2 0 0 0-.586-1.414L12 12l-4.414 4.414A2 2 0 0 0 7 17.828V22M7 '
        '2v4.172a2 2 0 0 0 .586 1.414L12 12l4.414-4.414A2 2 0 0 0 17 6.172V2"/>'
    ),
    "info": Markup('<path d="M12 16v-4M12 8h.01"/><circle cx="12" cy="12" r="10"/>'),
    "key-round": Markup(
        '<path d="M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 '
        '1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z"/><circle cx="16.5" cy="7.5" '
        'r=".5" fill="currentColor"/>'
    ),
    "layers": Markup(
        '<path d="M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 '
        "0 0-1.83zM2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12M2 17a1 1 0 0 0 "
        '.58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17"/>'
    ),
    "layout-dashboard": Markup(
        '<rect width="7" height="9" x="3" y="3" rx="1"/><rect width="7" height="5" x="14" y="3" rx="1"/><rect '
        'width="7" height="9" x="14" y="12" rx="1"/><rect width="7" height="5" x="3" y="16" rx="1"/>'
    ),
    "link": Markup(
        '<path d="M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 '
        '0 7.07 7.07l1.71-1.71"/>'
    ),
    "lock": Markup('<path d="M7 11V7a5 5 0 0 1 10 0v4"/><rect width="18" height="11" x="3" y="11" rx="2" ry="2"/>'),
    "log-out": Markup('<path d="M16 17l5-5-5-5M21 12H9M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"/>'),
    "monitor": Markup(
        '<rect width="20" height="14" x="2" y="3" rx="2"/><line x1="8" x2="16" y1="21" y2="21"/><line x1="12" '
        'x2="12" y1="17" y2="21"/>'
    ),
    "moon": Markup(
        '<path d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 '
        '8.268c.344-.215.825-.004.803.401"/>'
    ),
    "octagon-alert": Markup(
        '<path d="M12 16h.01M12 8v4M15.312 2a2 2 0 0 1 1.414.586l4.688 4.688A2 2 0 0 1 22 8.688v6.624a2 2 0 0 1-.586 '
        "1.414l-4.688 4.688a2 2 0 0 1-1.414.586H8.688a2 2 0 0 1-1.414-.586l-4.688-4.688A2 2 0 0 1 2 15.312V8.688a2 2 "
        '0 0 1 .586-1.414l4.688-4.688A2 2 0 0 1 8.688 2z"/>'
    ),
    "package-check": Markup(
        '<path d="M12 22V12M16 17l2 2 4-4M21 11.127V8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 '
        '0 0 1 1.729l7 4a2 2 0 0 0 2 .001l1.32-.753M3.29 7 12 12l8.71-5M7.5 4.27l8.997 5.148"/>'
    ),
    "pencil": Markup(
        '<path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 '
        '.623.622l4.353-1.32a2 2 0 0 0 .83-.497zM15 5l4 4"/>'
    ),
    "plus": Markup('<path d="M5 12h14M12 5v14"/>'),
    "printer": Markup(
        '<path d="M6 18H4a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-2M6 9V3a1 1 0 0 1 '
        '1-1h10a1 1 0 0 1 1 1v6"/><rect x="6" y="14" width="12" height="8" rx="1"/>'
    ),
    "refresh-cw": Markup(
        '<path d="M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8M21 3v5h-5M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 '
        '1-6.74-2.74L3 16M8 16H3v5"/>'
    ),
    "scale": Markup(
        '<path d="M12 3v18M19 8l3 8a5 5 0 0 1-6 0zV7M3 7h1a17 17 0 0 0 8-2 17 17 0 0 0 8 2h1M5 8l3 8a5 5 0 0 1-6 '
        '0zV7M7 21h10"/>'
    ),
    "scan-qr-code": Markup(
        '<path d="M17 12v4a1 1 0 0 1-1 1h-4M17 3h2a2 2 0 0 1 2 2v2M17 8V7M21 17v2a2 2 0 0 1-2 2h-2M3 7V5a2 2 0 0 1 '
        '2-2h2M7 17h.01M7 21H5a2 2 0 0 1-2-2v-2"/><rect x="7" y="7" width="5" height="5" rx="1"/>'
    ),
    "search": Markup('<path d="M21 21l-4.34-4.34"/><circle cx="11" cy="11" r="8"/>'),
    "shield-check": Markup(
        '<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 '
        '6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1zM9 12l2 2 4-4"/>'
    ),
    "sun": Markup(
        '<path d="M12 2v2M12 20v2M4.93 4.93l1.41 1.41M17.66 17.66l1.41 1.41M2 12h2M20 12h2M6.34 17.66l-1.41 '
        '1.41M19.07 4.93l-1.41 1.41"/><circle cx="12" cy="12" r="4"/>'
    ),
    "thermometer": Markup('<path d="M14 4v10.54a4 4 0 1 1-4 0V4a2 2 0 0 1 4 0Z"/>'),
    "triangle-alert": Markup(
        '<path d="M21.73 18l-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01"/>'
    ),
    "undo-2": Markup('<path d="M9 14 4 9l5-5M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11"/>'),
    "unlink": Markup(
        '<path d="M18.84 12.25l1.72-1.71h-.02a5.004 5.004 0 0 0-.12-7.07 5.006 5.006 0 0 0-6.95 0l-1.72 1.71M5.17 '
        '11.75l-1.71 1.71a5.004 5.004 0 0 0 .12 7.07 5.006 5.006 0 0 0 6.95 0l1.71-1.71"/><line x1="8" x2="8" y1="2" '
        'y2="5"/><line x1="2" x2="5" y1="8" y2="8"/><line x1="16" x2="16" y1="19" y2="22"/><line x1="19" x2="22" '
        'y1="16" y2="16"/>'
    ),
    "upload": Markup('<path d="M12 3v12M17 8l-5-5-5 5M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/>'),
    "user": Markup('<path d="M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2"/><circle cx="12" cy="7" r="4"/>'),
    "users": Markup(
        '<path d="M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M16 3.128a4 4 0 0 1 0 7.744M22 21v-2a4 4 0 0 0-3-3.87"/>'
        '<circle cx="9" cy="7" r="4"/>'
    ),
    "x": Markup('<path d="M18 6 6 18M6 6l12 12"/>'),
}

NAMES: Final[frozenset[str]] = frozenset(_SHAPES)


_OUTLINE: Final = Markup(
    '<svg class="c-icon" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{1}</svg>'
)


def icon(name: str, size: int = 16) -> Markup:
    """An outline of the closed set, hidden from screen readers because a word stands beside it.

    Args:
        name: one of NAMES.
        size: edge in CSS pixels; 16 beside text, 20 in headings.

    Returns:
        SVG markup in the colour of the text around it.

    Raises:
        KeyError: when no such icon exists, so that a misspelt name fails in the first test and not on a screen.
    """
    return _OUTLINE.format(size, _SHAPES[name])
