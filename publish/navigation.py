"""Where everything is: the few words of the header, and the pages behind each."""

from dataclasses import dataclass

from publish.database import DATABASE


@dataclass(frozen=True)
class Group:
    """A word of the header, the pages behind it, and how addresses of more such pages begin."""

    name: str
    links: tuple[tuple[str, str], ...]
    beginnings: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a page belongs to the group."""
        return path in dict(self.links) or path.startswith(self.beginnings)


MENU = (
    Group(
        "Search",
        (
            *(("/-/search", "Pages"), ("/kwic", "Words in context")),
            *(("/collocates", "Collocates"), ("/keyness", "Keywords")),
        ),
    ),
    Group(
        "Councils",
        (("/councils", "Councils"), ("/notices", "Notices"), ("/systems", "Systems")),
        ("/council/", "/notice/", "/system/"),
    ),
    Group(
        "Codes",
        (
            *(("/codes", "Codes"), ("/suppliers", "Suppliers and products")),
            ("/suggestions", "Suggested terms"),
        ),
        ("/code/",),
    ),
    Group("Topics", (("/topics", "Topics"),), ("/topic/",)),
    Group(
        "Coverage",
        (("/coverage", "By month"), ("/sources", "Sources"), ("/changes", "Changes")),
    ),
    Group(
        "Data",
        (
            *((f"/{DATABASE}", "Tables and SQL"), ("/downloads", "Downloads")),
            ("/api", "For programs"),
        ),
        (f"/{DATABASE}/",),
    ),
    Group("About", (("/about", "About the site"), ("/method", "Method"))),
)


def group_of(path: str) -> Group | None:
    """Return the group that a page belongs to; the pages for reading belong to none."""
    return next((group for group in MENU if group.holds(path)), None)
