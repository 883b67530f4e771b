"""Contracts Finder, the procurement notices of English public bodies."""

from crawler.spiders.contracts_search import ContractsSearch


class ContractsFinderSpider(ContractsSearch):
    """Procurement notices of English public bodies as OCDS releases.

    Domain
      Contracts Finder (Cabinet Office): planning, tender and award notices since 2014.
    Access
      OCDS Search by `publishedFrom` and `publishedTo`, at most 100 releases a page, the next page
      in `links.next`. There is no keyword: one sent is ignored in silence. On request the keyword
      search (REST v2), phrase by phrase and year by year, at most 1,000 notices an answer and no
      pages, then the OCDS Search for the minutes in which they were published. Its answer is
      documented and has never been met.
    Dates
      Filtered by the service; not to be trusted before 2016.
    Identity
      The release's id: its notice's and a number.
    Never asked for
      Attachments. Persons' contact points are dropped before anything is kept.
    Pace
      Too many requests are answered by 403, and five minutes of silence are asked for.
    """

    name = "contracts_finder"
    busy_statuses = frozenset({403, 429})
    search = "Published/Notices/OCDS/Search"
    one = "Published/OCDS/Release/"
    parameters = (("limit", "100"),)
    since_parameter = "publishedFrom"
    until_parameter = "publishedTo"
