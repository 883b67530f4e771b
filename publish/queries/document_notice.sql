select ocid, release, stage, buyer_name, suppliers, value, currency, cpv, start_on, end_on
from notices where document = :document
