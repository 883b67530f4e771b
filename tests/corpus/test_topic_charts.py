"""Charts of topics where there is little to show."""

import pandas as pd
import pytest

from corpus.topic_charts import FEWEST, topic_grid_chart


@pytest.mark.parametrize("searched", [FEWEST - 1, FEWEST])
def test_a_grid_of_few_documents_is_drawn_with_its_numbers(searched: int) -> None:
    import vl_convert

    frame = pd.DataFrame(
        {
            "number": [1, 2],
            "label": ["rent", "roads"],
            "type": ["borough"] * 2,
            "documents": [0, 1],
            "searched": [searched] * 2,
        }
    )
    drawn = vl_convert.vegalite_to_svg(topic_grid_chart(frame).to_json())
    assert f"1 of {searched}" in drawn and f"0 of {searched}" in drawn
