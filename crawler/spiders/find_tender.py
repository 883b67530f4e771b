"""Find a Tender, the procurement notices of higher value of the whole United Kingdom."""

from datetime import date

from crawler.spiders.releases import ReleaseSpider


class FindTenderSpider(ReleaseSpider):
    """Procurement notices across the United Kingdom as OCDS releases.

    Domain
      Find a Tender (Cabinet Office): notices of higher value since 2021, and since 24 February
      2025 of lower value too.
    Access
      OCDS release packages by `updatedFrom` and `updatedTo`, at most 100 releases a page, the next
      page in `links.next`. Slices of more than six hours leave releases out in silence. There is
      no keyword; a parameter that the service does not know is answered by 400, and `stages` is
      reported to drop notices.
    Dates
      Of the last update. Whether the service reads them as UTC or as time of the clock is not
      settled: slices follow on each other without a gap either way, and only at a month's edge
      may a notice be counted an hour off.
    Identity
      The notice's number, NNNNNN-YYYY. Scottish and Welsh notices keep their own service's ocid.
    Never asked for
      Attachments. Persons' contact points are dropped before anything is kept.
    Pace
      Twelve requests in two minutes; more are answered by 429, mostly without Retry-After.
    """

    name = "find_tender"
    busy_statuses = frozenset({429, 503})
    search = "api/1.0/ocdsReleasePackages"
    one = "Notice/"
    parameters = (("limit", "100"),)
    since_parameter = "updatedFrom"
    until_parameter = "updatedTo"
    opened = date(2021, 1, 1)
