select stage, subject, error, message, permanent, attempts, at
from failures where subject in (:document, :sha256) order by at desc
