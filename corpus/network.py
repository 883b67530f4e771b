"""Who uses what, from whom: systems as a network of councils, products and suppliers.

Only what people accepted makes an edge, unless proposals are asked for; each says which it is. A
council is a node whether it has a system or not, with how much of it was searched: a node without
an edge is then told from a council that nobody looked at.
"""

import io
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

_UNFIT = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML 1.0 cannot hold."""
COVERAGE = """
    select c.council, c.name, c.nation, c.type, c.end_on, c.replaced_by,
           count(distinct iif(v.state in ('searched', 'term-searched', 'none-published'), v.month,
             null)) as months_searched,
           count(distinct iif(v.state in ('searched', 'term-searched', 'none-published'), null,
             v.month)) as months_not_searched,
           min(v.month) as first_month, max(v.month) as last_month,
           (select count(*) from documents d where d.council = c.council) as documents,
           (select count(*) from systems s where s.council = c.council and s.steps > 0) as systems,
           (select count(*) from systems s where s.council = c.council and s.steps = 0)
             as proposed_systems
    from councils c left join coverage v on v.council = c.council group by c.council
    order by c.council"""
"""How much of every council was looked at, and how many systems it has."""
SYSTEMS = """
    select s.*, c.name as council_name, e.kind as product_kind from systems s
    left join councils c using (council) left join entities e on e.entity = s.product
    where s.steps > 0 or :proposed order by s.system"""

Row = dict[str, Any]

_FIRMS = """
    select n.name, min(e.entity) as entity, min(e.name) as label from entity_names n
    join entities e using (entity) where n.kind = 'name' and n.notices > 0
    group by n.name having count(distinct e.entity) = 1"""
"""A renamed firm is one node; a name that two firms have stays a name."""


def rows(connection: sqlite3.Connection, sql: str, **values: Any) -> list[Row]:
    """Return the rows of a query as dicts."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, tuple(row), strict=True)) for row in cursor]


def network(connection: sqlite3.Connection, *, proposed: bool = False) -> Any:
    """Return a networkx graph of councils, products (or systems without one) and suppliers."""
    import networkx

    graph = networkx.Graph(
        description="Councils, products and suppliers. A council without an edge is no zero: see "
        "months_searched and months_not_searched."
    )
    for row in rows(connection, COVERAGE):
        name = f"council:{row.pop('council')}"
        graph.add_node(name, kind="council", label=row.pop("name"), **_held(row))
    firms = {row["name"]: row for row in rows(connection, _FIRMS)}
    for row in rows(connection, SYSTEMS, proposed=proposed):
        _add_system(graph, row, firms)
    return graph


def _add_system(graph: Any, row: Row, firms: Mapping[str, Row]) -> None:
    """Add a system: its council uses a product, which is sold by suppliers."""
    node = f"product:{row['product']}" if row["product"] else f"system:{row['system']}"
    graph.add_node(node, kind=row["product_kind"] or "system", label=_fit(row["name"] or ""))
    told = _held(
        {
            "relation": "has",
            "system": row["system"],
            "reviewed": int(row["steps"] > 0),
            "documents": row["steps"] or row["proposed"],
            "since": row["first_on"],
            "last_evidence": row["last_on"],
            "status": row["status"],
            "status_how": row["status_how"],
            "ceiling": row["ceiling"],
            "currency": row["currency"],
            "stopped_on": row["stopped_on"],
            "stopped_why": row["stopped_why"],
            "continued_by": row["continued_by"],
            "searched_since": row["searched_since"],
        }
    )
    graph.add_edge(f"council:{row['council']}", node, **told)
    for supplier in json.loads(row["suppliers"] or "[]"):
        firm = firms.get(supplier, {"entity": supplier, "label": supplier})
        name = f"supplier:{_fit(firm['entity'])}"
        graph.add_node(name, kind="supplier", label=_fit(firm["label"]))
        graph.add_edge(node, name, relation="awarded to")


def _held(row: Row) -> Row:
    """Return what is known: GraphML has no way to say null."""
    return {k: _fit(v) if isinstance(v, str) else v for k, v in row.items() if v is not None}


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def graphml(connection: sqlite3.Connection, *, proposed: bool = False) -> bytes:
    """Return the network as GraphML, the same bytes for the same corpus."""
    import networkx

    out = io.BytesIO()
    networkx.write_graphml_xml(network(connection, proposed=proposed), out, named_key_ids=True)
    return out.getvalue()


def coverage(connection: sqlite3.Connection) -> list[Row]:
    """Return what was looked at of every council: it stands beside the network."""
    return rows(connection, COVERAGE)


def listed(found: Iterable[Row]) -> list[Row]:
    """Return systems with their lists as text, for tables."""
    return [
        row
        | {
            name: "; ".join(json.loads(row[name] or "[]"))
            for name in ("suppliers", "councils", "stopped_why")
        }
        for row in found
    ]
